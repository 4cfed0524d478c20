"""The figures that a fit reports at its end."""

import keras
import numpy as np

from embeddings.datasets.fashion_mnist import Part
from training.data.split import FitData
from training.judge.metrics import Share
from training.judge.retrieval import Retrieval, retrieval
from training.networks.predict import answer
from training.progress import Progress


def retrieval_rows(
    model: keras.Model, data: FitData, test: Part, progress: Progress
) -> list[tuple[str, str]]:
    """Search for each test picture among all training pictures; gives names and values."""
    gallery = [answer(model, part).embeddings for part in (data.images, data.held_out_images)]
    found = retrieval(
        answer(model, test.images.reshape(len(test.images), *data.images.shape[1:])).embeddings,
        test.labels,
        np.concatenate(gallery),
        np.concatenate([data.labels, data.held_out_labels]),
        progress,
    )
    return say_retrieval(found)


def say_retrieval(found: Retrieval) -> list[tuple[str, str]]:
    """Return the names and values of retrieval figures."""
    return [
        ("retrieval, recall@1", say(found.recall_at_1)),
        ("retrieval, precision@10", say(found.precision_at_10)),
        ("retrieval, mean average precision", say(found.mean_average_precision)),
    ]


def say(share: Share) -> str:
    """Format a share with its 95 % interval and its sample size."""
    return f"{share.value:.2%} ({share.low:.2%} to {share.high:.2%}, n = {share.count:,})"
