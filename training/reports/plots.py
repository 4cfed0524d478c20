"""Draws a fit's and an evaluation's pictures, as PNG files of modest size."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

from embeddings.types import Ids
from training.fit.history import Epoch
from training.judge.calibration import Calibration
from training.judge.judgement import RejectionJudgement

matplotlib.use("Agg")  # files only: no window, no display needed
from matplotlib.figure import Figure

DPI = 100
TRAIN, HELD_OUT = "#4c72b0", "#dd8452"


def draw_curves(epochs: Sequence[Epoch], path: Path) -> None:
    """Draw loss and accuracy over the epochs, training against validation."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    number = [epoch.epoch for epoch in epochs]
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        training = [getattr(epoch, name) for epoch in epochs]
        held_out = [getattr(epoch, f"val_{name}") for epoch in epochs]
        axes.plot(number, training, color=TRAIN, label="training (augmented, with dropout)")
        axes.plot(number, held_out, color=HELD_OUT, label="validation")
        axes.set(xlabel="epoch", title=name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=DPI)


def draw_confusion(matrix: Ids, names: Sequence[str], path: Path) -> None:
    """Draw a confusion matrix `(labels, labels)`: rows are right, columns named."""
    figure = Figure(figsize=(7.2, 6.4), layout="constrained")
    axes = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    # The root lets the rare mistakes be seen beside the many right answers.
    axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(matrix > 0):
        colour = "white" if shares[row, column] > 0.3 else "black"
        text = str(matrix[row, column])
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="named by the network", ylabel="right label")
    figure.savefig(path, dpi=DPI)


def draw_reliability(before: Calibration, after: Calibration, path: Path) -> None:
    """Draw accuracy against confidence, before and after temperature scaling."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    both = (("before temperature scaling", before), ("after", after))
    for axes, (title, told) in zip(figure.subplots(1, 2), both, strict=True):
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfect")
        confidence = [bin_.confidence for bin_ in told.bins]
        accuracy = [bin_.accuracy for bin_ in told.bins]
        size = [8 + 200 * bin_.count / sum(b.count for b in told.bins) for bin_ in told.bins]
        axes.plot(confidence, accuracy, color=TRAIN)
        axes.scatter(confidence, accuracy, s=size, color=TRAIN, label="a bin, by its size")
        axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
        axes.set_title(f"{title}: ECE {told.ece:.2%}")
        axes.grid(alpha=0.3)
        axes.legend(loc="upper left")
    figure.savefig(path, dpi=DPI)


def draw_roc(judgement: RejectionJudgement, path: Path) -> None:
    """Draw which share of the garments is kept against which share of other things is let in."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    told, roc = judgement.auroc, judgement.roc
    # The threshold is chosen in the upper left corner, so that is shown larger.
    parts = ((1.0, 0.0, "all of it"), (0.25, 0.75, "the corner that matters"))
    for axes, (right, bottom, title) in zip(figure.subplots(1, 2), parts, strict=True):
        axes.plot(roc.let_in, roc.kept, color=TRAIN)
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
        axes.plot(
            1 - judgement.turned_away.value,
            judgement.garments_kept.value,
            "o",
            color=HELD_OUT,
            label="the shipped threshold",
        )
        axes.set(xlabel="other things let in", ylabel="garments kept", title=title)
        axes.set(xlim=(0, right), ylim=(bottom, 1.005))
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right")
    figure.suptitle(f"AUROC {told.value:.4f} (95 %: {told.low:.4f} to {told.high:.4f})")
    figure.savefig(path, dpi=DPI)
