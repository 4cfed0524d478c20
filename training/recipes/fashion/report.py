"""The evaluation's report: figures, drawings and the worst mistakes, as HTML."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from markupsafe import Markup

from embeddings.datasets.fashion_mnist import Part
from training.fit.history import Epoch
from training.networks.predict import softmax
from training.recipes.fashion.assess import Assessment, Figures
from training.recipes.fashion.figures import say, say_retrieval
from training.reports import html
from training.reports.plots import draw_confusion, draw_curves, draw_reliability


def figure_rows(figures: Figures) -> list[tuple[str, str]]:
    """Return the names and values of what matters most."""
    rejection = figures.rejection
    return [
        ("test accuracy", say(figures.test_accuracy)),
        ("held-out accuracy", say(figures.held_out_accuracy)),
        ("accuracy on the pictures fitted on", say(figures.train_accuracy)),
        ("test loss, calibrated", f"{figures.test_loss:.4f}"),
        *say_retrieval(figures.retrieval),
        ("calibration error (ECE) as fitted", f"{figures.before.ece:.2%}"),
        (f"calibration error at temperature {figures.temperature:.3f}", f"{figures.after.ece:.2%}"),
        (
            "garments told from other things (AUROC)",
            f"{rejection.auroc:.4f} ({rejection.garments:,} and {rejection.others:,})",
        ),
        ("garments kept at the threshold", say(rejection.garments_kept)),
    ]


def write_report(
    told: Assessment, epochs: Sequence[Epoch], test: Part, names: tuple[str, ...], folder: Path
) -> None:
    """Write `evaluation.html`, its drawings as PNG files, and `figures.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = told.figures
    draw_curves(epochs, folder / "curves.png")
    draw_confusion(np.array(figures.confusion), names, folder / "confusion.png")
    draw_reliability(figures.before, figures.after, folder / "reliability.png")
    text = json.dumps(asdict(figures), indent=2) + "\n"
    (folder / "figures.json").write_text(text, encoding="utf-8")
    parts = [
        html.table(("figure", "value (95 % interval, sample size)"), figure_rows(figures)),
        html.section(
            "Loss and accuracy", html.drawing(folder / "curves.png", "Curves over the epochs")
        ),
        html.section("By category", _by_label(figures)),
        html.section("Confusion", html.drawing(folder / "confusion.png", "Confusion matrix")),
        html.section(
            "Calibration", html.drawing(folder / "reliability.png", "Reliability diagrams")
        ),
        html.section("What is no garment", _by_kind(figures)),
        _mistakes(told, test, names),
    ]
    page = html.page("What the network reaches", parts)
    (folder / "evaluation.html").write_text(page, encoding="utf-8")


def _by_label(figures: Figures) -> Markup:
    rows = [
        (each.label, f"{each.precision:.2%}", f"{each.recall:.2%}", f"{each.f1:.2%}", each.count)
        for each in figures.labels
    ]
    return html.table(("category", "precision", "recall", "F1", "test pictures"), rows)


def _by_kind(figures: Figures) -> Markup:
    rows = [
        (each.kind, f"{each.auroc:.4f}", say(each.turned_away)) for each in figures.rejection.kinds
    ]
    head = ("kind, not seen by the fit", "AUROC", "turned away at the shipped threshold")
    return html.table(head, rows)


def _mistakes(told: Assessment, test: Part, names: tuple[str, ...]) -> Markup:
    temperature = np.float32(told.figures.temperature)
    shown = []
    for row in told.mistakes:
        probabilities = softmax(told.test.logits[row] / temperature)
        named = int(probabilities.argmax())
        right = names[test.labels[row]]
        caption = f"{right}, named {names[named]} at {probabilities[named]:.0%} ({row})"
        shown.append(html.thumbnail(test.images[row], caption))
    text = "Test pictures that are wrong with the most confidence, and their row."
    return html.section("The worst mistakes", html.paragraph(text), *shown)
