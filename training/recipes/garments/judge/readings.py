"""Reads pictures with a run's network as it will be served, through ONNX."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import onnx

from embeddings.model.bundle import Bundle, InputSpec, Similarity
from embeddings.model.bundle_files import NETWORK_FILE, digest_of
from embeddings.model.rejection import EvidenceRejection
from embeddings.reading.encoder import open_session
from embeddings.types import Pixels, Vectors
from training.data.framed import photo_spec
from training.networks.efficientnet_lite import LITES
from training.onnx.export import to_onnx
from training.onnx.garment_layers import register
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES
from training.recipes.garments.network.network import DIM, build_garment_network, served_of

OUTPUTS = ("logits", "embedding", "colour")
_PART = 16


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What a network says of pictures."""

    logits: Vectors  # (n, leaves)
    embeddings: Vectors  # (n, dim)
    colours: Vectors  # (n, colours), logits

    def where(self, kept: npt.NDArray[np.bool_]) -> "Readings":
        """Return those of some pictures, `kept` `(n,)`."""
        return Readings(self.logits[kept], self.embeddings[kept], self.colours[kept])


Reader = Callable[[Iterable[Pixels]], Readings]


def served_spec(recipe: Recipe) -> InputSpec:
    """Return what pictures the network reads when it serves."""
    return photo_spec(*recipe.served)


def network_of(recipe: Recipe, weights: Path) -> keras.Model:
    """Build the network of the served size with the weights of a run."""
    height, width = recipe.served
    model = build_garment_network(
        LITES[recipe.lite],
        height=height,
        width=width,
        kind_weight=recipe.head.kind_weight,
        kind_scale=recipe.head.kind_scale,
    )
    model.load_weights(weights)
    return served_of(model)


def reader_of_network(network: keras.Model) -> Reader:
    """Return what reads framed pictures `(height, width, 3)` with a network."""
    register()
    height, width = network.input.shape[1:3]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NETWORK_FILE
        onnx.save(to_onnx(network), file)
        # Only what describes the network is looked at; its thresholds are yet to be fitted.
        draft = Bundle(
            path=file.parent,
            name=network.name,
            labels=LEAVES,
            input=photo_spec(height, width),
            embedding_dim=DIM,
            temperature=1.0,
            similarity=Similarity(1.0, 0.0),
            rejection=EvidenceRejection(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            colours=COLOURS,
            files={NETWORK_FILE: digest_of(file)},
        )
        return reader_of(draft)


def reader_of(bundle: Bundle) -> Reader:
    """Return what reads with a bundle's network."""
    session = open_session(bundle)
    sizes = (len(bundle.labels), bundle.embedding_dim, len(bundle.colours))
    nothing = Readings(*(np.zeros((0, size), dtype=np.float32) for size in sizes))

    def read(pictures: Iterable[Pixels]) -> Readings:
        told, part = [], []
        for picture in pictures:
            part.append(picture)
            if len(part) == _PART:
                told.append(session.run(OUTPUTS, {"images": np.stack(part)}))
                part = []
        if part:
            told.append(session.run(OUTPUTS, {"images": np.stack(part)}))
        if not told:
            return nothing
        return Readings(*(np.concatenate(each) for each in zip(*told, strict=True)))

    return read
