"""Judges the photo network: on the published test photos, and by the folds of senders."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.model.bundle import Similarity
from embeddings.types import Ids, Pixels, Vectors
from training.bundle.bundling import Thresholds
from training.data.studio_articles import IS_CALLED
from training.judge.calibration import calibration, fit_temperature
from training.judge.figure import AREA, MILLISECONDS, Figure
from training.judge.judged import Judged
from training.judge.metrics import share
from training.judge.rejection import fit_similarity
from training.judge.retrieval import precision_at_10
from training.networks.predict import Answers
from training.onnx.served import Reader
from training.recipes.photos.figures import (
    FoldAnswers,
    photo_figures,
    sender_share,
    within_subset,
)
from training.recipes.photos.readings import FoldReadings, FramedAlbum
from training.recipes.photos.studio import has_articles

_TIMED = 50


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The figures of the folds, and what is fitted on them."""

    figures: dict[str, Figure]
    temperature: float
    similarity: Similarity


def judge_folds(folds: Sequence[FoldReadings], framed: FramedAlbum, articles: Ids) -> Recorded:
    """Return the means over the folds; `articles` are the labels of the grey ones."""
    album = framed.album
    answers = [_fold_answers(fold, album.labels, album.senders) for fold in folds]
    logits = np.concatenate([fold.held_out.logits for fold in folds])
    labels = np.concatenate([fold.labels for fold in answers])
    told = photo_figures(answers)
    found = [_studio(fold, album.labels, articles) for fold in folds]
    senders = [[album.senders[i] for i in _with_articles(fold, album.labels)] for fold in folds]
    # A fold is judged at the temperature that the others give.
    errors = [_calibration_apart(folds, answers, number) for number in range(len(folds))]
    of = "unseen senders, mean of 3 folds"
    figures = {
        "subset_folds": Figure.of(f"10 classes, {of}", told.subset_accuracy),
        "accuracy_folds": Figure.of(f"17 categories, {of}", told.accuracy),
        "balanced_folds": Figure.of(f"17 categories, balanced, {of}", told.balanced),
        "precision_at_10": Figure.of(
            "precision@10 by category, unseen senders against the rest", told.precision_at_10
        ),
        "photo_to_studio": Figure.of(
            "photo to grey studio articles, precision@10", sender_share(found, senders)
        ),
        "calibration_folds": Figure(
            f"expected calibration error, {of}", float(np.mean(errors)), len(labels)
        ),
    }
    return Recorded(figures, fit_temperature(logits, labels), _similarity(folds, album.labels))


def judge_test(
    read: Reader, told: Answers, framed: FramedAlbum, thresholds: Thresholds, judged: Judged
) -> dict[str, Figure]:
    """Judge the network that ships; `told` are its answers for the published test photos."""
    labels = framed.album.labels[framed.album.is_test]
    right = int((within_subset(told.logits) == labels).sum())
    error = calibration(told.logits, labels, thresholds.temperature).ece
    return {
        "subset_test": Figure.of("published test split, 10 classes", share(right, len(labels))),
        "calibration_test": Figure(
            "expected calibration error, test split", float(error), len(labels)
        ),
        "auroc": Figure.of(
            "garments of the test split told from other things, AUROC",
            judged.by(thresholds.rejection).auroc,
            AREA,
        ),
        "encode_ms": Figure(
            "encode one photo, median", encode_ms(read, framed.photos), _TIMED, unit=MILLISECONDS
        ),
    }


def _fold_answers(fold: FoldReadings, labels: Ids, senders: Sequence[str]) -> FoldAnswers:
    held = fold.split.held_out
    found = precision_at_10(
        fold.held_out.embeddings, labels[held], fold.fitted.embeddings, labels[fold.split.fitted]
    )
    return FoldAnswers(
        fold.held_out.logits, labels[held], tuple(senders[place] for place in held), found
    )


def _with_articles(fold: FoldReadings, labels: Ids) -> Ids:
    held = fold.split.held_out
    return held[has_articles(labels[held])]


def _studio(fold: FoldReadings, labels: Ids, articles: Ids) -> Vectors:
    known = has_articles(labels[fold.split.held_out])
    found = precision_at_10(
        fold.held_out.embeddings[known],
        labels[_with_articles(fold, labels)],
        fold.articles.embeddings,
        articles,
        same=IS_CALLED,
    )
    return found.astype(np.float32)


def _calibration_apart(
    folds: Sequence[FoldReadings], answers: Sequence[FoldAnswers], number: int
) -> float:
    others = [place for place in range(len(folds)) if place != number]
    temperature = fit_temperature(
        np.concatenate([folds[place].held_out.logits for place in others]),
        np.concatenate([answers[place].labels for place in others]),
    )
    return calibration(answers[number].logits, answers[number].labels, temperature).ece


def _similarity(folds: Sequence[FoldReadings], labels: Ids) -> Similarity:
    """Average what the folds give: each has its own queries and gallery."""
    told = [
        fit_similarity(
            fold.held_out.embeddings,
            labels[fold.split.held_out],
            fold.fitted.embeddings,
            labels[fold.split.fitted],
            number,
        )
        for number, fold in enumerate(folds)
    ]
    return Similarity(
        float(np.mean([each.slope for each in told])),
        float(np.mean([each.intercept for each in told])),
    )


def encode_ms(read: Callable[[Pixels], object], photos: Pixels) -> float:
    """Time the reading of single photos; give the median in milliseconds."""
    took = []
    for number in range(_TIMED + 5):
        start = time.perf_counter()
        place = number % len(photos)
        read(photos[place : place + 1])
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took[5:])
