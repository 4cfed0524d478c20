"""Reads pictures with a network as it will be served: through ONNX, several times faster."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import onnx

from embeddings.model.bundle import Bundle
from embeddings.model.bundle_files import NETWORK_FILE, digest_of
from embeddings.reading.encoder import open_session
from embeddings.types import Pixels
from training.networks.predict import Answers
from training.networks.stored import as_served
from training.onnx.export import to_onnx

_PART = 16  # photos at a time
Reader = Callable[[Pixels], Answers]


def reader_of(bundle: Bundle) -> Reader:
    """Return what reads framed pictures `(n, h, w, c)` with a bundle's network."""
    session = open_session(bundle)

    def read(images: Pixels) -> Answers:
        told = [
            session.run(["logits", "embedding"], {"images": np.asarray(images[i : i + _PART])})
            for i in range(0, len(images), _PART)
        ]
        logits, embeddings = zip(*told, strict=True)
        return Answers(np.concatenate(logits), np.concatenate(embeddings))

    return read


def reader_of_network(model: keras.Model, like: Bundle, labels: tuple[str, ...]) -> Reader:
    """Return what reads with a network that is no bundle yet, of the same input as `like`."""
    served = as_served(model, like.input.height, like.input.width)
    dim = int(served.output["embedding"].shape[-1])
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(to_onnx(served), Path(folder) / NETWORK_FILE)
        # Only what describes the network is looked at; its thresholds are yet to be fitted.
        draft = replace(
            like,
            path=Path(folder),
            labels=labels,
            embedding_dim=dim,
            files={NETWORK_FILE: digest_of(Path(folder) / NETWORK_FILE)},
        )
        return reader_of(draft)
