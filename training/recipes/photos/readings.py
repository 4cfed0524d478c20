"""What the networks of the folds say of photos of senders they never saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import Bundle, InputSpec, Similarity
from embeddings.model.rejection import EvidenceRejection
from embeddings.types import Ids, Pixels
from training.data.photo_data import Album, frame_all
from training.networks.predict import Answers
from training.networks.prior import without_prior
from training.networks.stored import load_network
from training.onnx.served import Reader, reader_of_network
from training.progress import Bars, Progress
from training.recipes.photos.recipe import PRIOR
from training.recipes.photos.runs import FINAL, Split, splits
from training.recipes.photos.studio import frame_gallery


@dataclass(frozen=True, slots=True, eq=False)
class FoldReadings:
    """One fold's network on its own photos, on those of other senders, and on grey articles."""

    split: Split
    fitted: Answers
    held_out: Answers
    articles: Answers


@dataclass(frozen=True, slots=True, eq=False)
class FramedAlbum:
    """Every photo and the first grey articles, framed as they are served."""

    album: Album
    photos: Pixels  # (n, height, width, 3)
    articles: Pixels  # (m, height, width, 3)


def frame_album(album: Album, studio: Part, spec: InputSpec, progress: Progress) -> FramedAlbum:
    """Frame everything that the networks are judged by."""
    photos = frame_all(album.paths, spec, progress)
    return FramedAlbum(album, photos, frame_gallery(studio, spec.height, spec.width))


def network_at(folder: Path, labels: Ids) -> keras.Model:
    """Load the network of a run that was fitted on photos of `labels`, as it is to be served.

    Raises:
        BadRun: there is none.
    """
    return without_prior(load_network(folder), labels, PRIOR)


def reader_of_run(network: keras.Model, spec: InputSpec) -> Reader:
    """Return what reads with a run's network through ONNX."""
    draft = Bundle(
        path=Path(),
        name=network.name,
        labels=CATEGORIES,
        input=spec,
        embedding_dim=0,
        temperature=1.0,
        similarity=Similarity(1.0, 0.0),
        rejection=EvidenceRejection(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        facts={},
    )
    return reader_of_network(network, draft, CATEGORIES)


def read_folds(
    work: Path, framed: FramedAlbum, spec: InputSpec, bars: Bars
) -> Sequence[FoldReadings]:
    """Read with every fold's network. Raises: BadRun."""
    parts = [part for part in splits(framed.album) if part.name != FINAL]
    found = []
    for number, part in enumerate(parts):
        bars("folds")(number, len(parts), f"reading with {part.name}")
        network = network_at(work / part.name, framed.album.labels[part.fitted])
        read = reader_of_run(network, spec)
        told = read(framed.photos[np.concatenate([part.fitted, part.held_out])])
        own = len(part.fitted)
        found.append(
            FoldReadings(
                part,
                Answers(told.logits[:own], told.embeddings[:own]),
                Answers(told.logits[own:], told.embeddings[own:]),
                read(framed.articles),
            )
        )
    bars("folds")(len(parts), len(parts), "done")
    return found
