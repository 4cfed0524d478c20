"""How a model card says numbers and tables."""

from collections.abc import Iterable, Sequence
from typing import Any


def percent(value: float) -> str:
    """Format a share as a percentage with two decimals."""
    return f"{value * 100:.2f} %"


def interval(share: dict[str, Any]) -> str:
    """Format a share with its 95 % interval and its sample size."""
    low, high = percent(share["low"]), percent(share["high"])
    return f"{percent(share['value'])} ({low} to {high}, n = {share['count']:,})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a table in Markdown; a bar or a line end within a cell would end it."""
    lines = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def label_table(figures: Iterable[dict[str, Any]], counted: str) -> str:
    """Format precision, recall and F1 of each label, and how many of the `counted` there are."""
    return table(
        ("category", "precision", "recall", "F1", counted),
        [
            (
                each["label"],
                percent(each["precision"]),
                percent(each["recall"]),
                percent(each["f1"]),
                f"{each['count']:,}",
            )
            for each in figures
        ],
    )


def kind_table(kinds: Iterable[dict[str, Any]]) -> str:
    """Return how well each kind of what is no garment is told from garments."""
    rows = [(each["kind"], f"{each['auroc']:.4f}", interval(each["turned_away"])) for each in kinds]
    return table(("held-out kind", "AUROC", "turned away at the shipped threshold"), rows)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
