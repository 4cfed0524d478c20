"""Judges a network on a shop's held-out photos, and fits on them what a bundle needs besides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.types import Ids, Pixels
from training.bundle.bundling import Thresholds
from training.judge.calibration import fit_temperature_to_few
from training.judge.figure import AREA, Figure
from training.judge.grouped import (
    balanced_share,
    grouped_share,
    held_out_calibration_error,
)
from training.judge.judged import Judged
from training.judge.metrics import confusion
from training.judge.rejection import (
    Evidence,
    evidence,
    fit_rejection,
    fit_similarity,
    garment_scores,
)
from training.judge.retrieval import precision_at_10
from training.networks.predict import Answers
from training.onnx.served import Reader
from training.others.sets import Others
from training.views.photo_augment import PLAIN, draw_view

VIEWS = 4  # of each held-out photo, so that few photos still tell how far garments spread


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a network says of the photos that it was fitted on, and of the held-out ones."""

    fitted: Answers
    fitted_labels: Ids
    held: Answers
    held_labels: Ids
    held_groups: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class ShopJudgement:
    """The figures, and what a bundle needs besides."""

    thresholds: Thresholds
    figures: dict[str, Figure]
    confusion: Ids
    judged: Judged


def judge(
    seen: Seen,
    before: Seen,
    read: Reader,
    held_photos: tuple[Pixels, Pixels],
    others: Others,
    num_labels: int,
    seed: int,
) -> ShopJudgement:
    """Work out thresholds and figures; `before` gives the figures to compare with.

    `read` answers for further pictures: views of `held_photos` (framed exactly, and with room to
    cut views from), and `others`.
    """
    temperature = fit_temperature_to_few(seen.held.logits, seen.held_labels)

    def told(answers: Answers) -> Evidence:
        return evidence(answers, seen.fitted.embeddings, temperature)

    exact, roomy = held_photos
    views = _views(roomy, exact.shape[1:3], seed)
    rule = fit_rejection(
        told(seen.held).joined(told(read(views))),
        told(read(np.concatenate(list(others.fit.values())))),
    )
    judged = Judged(
        garment_scores(told(seen.held), rule),
        {kind: garment_scores(told(read(made)), rule) for kind, made in others.held_out.items()},
        tuple(others.fit),
    )
    similarity = fit_similarity(
        seen.held.embeddings,
        seen.held_labels,
        seen.fitted.embeddings,
        seen.fitted_labels,
        seed,
    )
    found = judged.by(rule)
    figures = compared_figures(seen, before)
    figures["auroc"] = Figure.of("garments told from other things", found.auroc, AREA)
    named = seen.held.logits.argmax(axis=1)
    return ShopJudgement(
        Thresholds(temperature, similarity, rule),
        figures,
        confusion(named, seen.held_labels, num_labels),
        judged,
    )


def compared_figures(seen: Seen, before: Seen) -> dict[str, Figure]:
    """Return what matters of the held-out photos, and the same of what it began with."""
    figures = held_out_figures(seen)
    for key, figure in held_out_figures(before).items():
        figures[f"before_{key}"] = replace(figure, title=f"{figure.title}, before training")
    return figures


def held_out_figures(seen: Seen) -> dict[str, Figure]:
    """Return what matters of the held-out photos, each figure with its interval."""
    labels, groups = seen.held_labels, seen.held_groups
    right = (seen.held.logits.argmax(axis=1) == labels).astype(np.float64)
    found = precision_at_10(
        seen.held.embeddings,
        labels,
        seen.fitted.embeddings,
        seen.fitted_labels,
        of_few=True,
    )
    return {
        "accuracy": Figure.of("held-out accuracy", grouped_share(right, groups)),
        "balanced_accuracy": Figure.of(
            "mean accuracy of the categories", balanced_share(right, labels, groups)
        ),
        "precision_at_10": Figure.of(
            "precision@10 by category, held-out among the others", grouped_share(found, groups)
        ),
        "calibration_error": Figure(
            "expected calibration error",
            held_out_calibration_error(seen.held.logits, labels, groups),
            len(labels),
        ),
    }


def _views(roomy: Pixels, side: tuple[int, ...], seed: int) -> Pixels:
    rng = np.random.default_rng((seed, len(roomy)))
    height, width = side
    return np.stack(
        [draw_view(photo, height, width, PLAIN, rng) for photo in roomy for _ in range(VIEWS)]
    )
