"""Judges a network that kept its embedding: what was fitted for that embedding is carried over.

The rule for what is no garment was fitted on real pictures in every way that garments come. A
shop's own photos show one of them: fitted on these alone, it would take a shopper's photo for none.
"""

from dataclasses import replace

import numpy as np

from embeddings.model.bundle import Bundle
from embeddings.model.rejection import Rejection
from training.bundle.bundling import Thresholds
from training.judge.calibration import fit_temperature_to_few
from training.judge.direction import rejection_scores
from training.judge.figure import AREA, Figure
from training.judge.judged import Judged
from training.judge.metrics import confusion
from training.judge.rejection import LOST_GARMENTS, Scores
from training.networks.predict import Answers
from training.onnx.served import reader_of
from training.others.sets import others_to_judge_by
from training.recipes.shop.judging import Seen, ShopJudgement, compared_figures
from training.recipes.shop.ways import Lesson


def judge_carried(lesson: Lesson, seen: Seen, begun: Seen) -> tuple[ShopJudgement, tuple[str, ...]]:
    """Work out thresholds and figures, and what is to be said of them."""
    start = lesson.start
    rule = carried_rule(start.rejection, seen.fitted)
    read = reader_of(start)
    others = others_to_judge_by(start.input, lesson.others_per_kind, lesson.bars)
    lesson.bars("judging")(0, 1, "reading what is no garment")
    judged = Judged(
        garment_scores(seen.held, rule),
        {kind: garment_scores(read(made), rule) for kind, made in others.held_out.items()},
        tuple(start.facts.get("metrics", {}).get("rejection", {}).get("fitted_on", ())),
    )
    lesson.bars("judging")(1, 1, "done")
    found = judged.by(rule)
    figures = {
        **compared_figures(seen, begun),
        "kept": Figure.of("held-out photos taken for garments", found.garments_kept),
        "turned_away": Figure.of(f"{others.what} turned away", found.turned_away),
        "auroc": Figure.of(f"garments told from {others.what}, AUROC", found.auroc, AREA),
    }
    temperature = fit_temperature_to_few(seen.held.logits, seen.held_labels)
    named = seen.held.logits.argmax(axis=1)
    matrix = confusion(named, seen.held_labels, seen.held.logits.shape[1])
    thresholds = Thresholds(temperature, start.similarity, rule)
    notes = [_say_rule(start, rule)]
    if others.drawn:
        notes.append(
            "It was judged by drawings: `lookalike-train fetch other-things` gets pictures."
        )
    return ShopJudgement(thresholds, figures, matrix, judged), tuple(notes)


def carried_rule(rule: Rejection, fitted: Answers) -> Rejection:
    """Carry a rule over, its threshold lowered where it would turn away more of a shop's photos.

    The threshold is fitted on photos whose embeddings the rule was not fitted on, and loses at most
    one in a hundred of them, such as a picture of a size chart.
    """
    least = float(np.quantile(garment_scores(fitted, rule), LOST_GARMENTS))
    return replace(rule, garment_threshold=min(rule.garment_threshold, least))


def garment_scores(told: Answers, rule: Rejection) -> Scores:
    """Return the probability `(n,)` that each shows a garment, by a rule of the embedding."""
    none = np.zeros((1, told.embeddings.shape[1]), dtype=np.float32)
    return rejection_scores(told, rule, none, 1.0)


def _say_rule(start: Bundle, rule: Rejection) -> str:
    told = f"What is no garment is told by the rule of '{start.name}', as it was fitted there"
    if rule.garment_threshold == start.rejection.garment_threshold:
        return f"{told}."
    return (
        f"{told}; its threshold went down from {start.rejection.garment_threshold:.3f} to "
        f"{rule.garment_threshold:.3f}, which loses at most one in a hundred of the shop's photos."
    )
