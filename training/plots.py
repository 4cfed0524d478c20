"""Draws a fit's and an evaluation's pictures, as PNG files of modest size."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from sklearn.metrics import roc_curve

from embeddings.types import Ids
from training.calibration import Calibration
from training.detection import Judged
from training.history import Epoch
from training.rejection import auroc

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
    """Draw a confusion matrix: rows are the right labels, columns the named ones."""
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


def draw_roc(seen: Judged, threshold: float, path: Path) -> None:
    """Draw the garments kept against the others kept, by threshold, one curve a kind."""
    figure = Figure(figsize=(6.4, 5.4), layout="constrained")
    axes = figure.subplots()
    kinds = {**seen.others, "all of them": seen.all_others()}
    for kind, others in kinds.items():
        is_all = kind == "all of them"
        truth = np.arange(len(seen.garments) + len(others)) < len(seen.garments)
        wrong, right, _ = roc_curve(truth, np.concatenate([seen.garments, others]))
        style = {"color": TRAIN, "linewidth": 2.5} if is_all else {"linewidth": 1}
        axes.plot(wrong, right, label=f"{kind}: {auroc(seen.garments, others):.4f}", **style)
    kept = [float((scores >= threshold).mean()) for scores in (seen.all_others(), seen.garments)]
    axes.scatter(*kept, color=TRAIN, zorder=3, label="the shipped threshold")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.set(xlabel="share of other things kept", ylabel="share of garments kept")
    axes.set_title("garments told from other things (area under the curve)")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=DPI)
