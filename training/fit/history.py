"""The course of a fit, one row an epoch."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from training.errors import BadRun

HISTORY_FILE = "history.csv"


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch gave; the training figures are of augmented pictures, under dropout."""

    epoch: int  # from 1
    learning_rate: float
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


def write_history(epochs: Sequence[Epoch], folder: Path) -> None:
    """Write `history.csv` anew."""
    with (folder / HISTORY_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Epoch)], lineterminator="\n")
        writer.writeheader()
        for epoch in epochs:
            row = asdict(epoch)
            writer.writerow({k: v if k == "epoch" else f"{v:.6g}" for k, v in row.items()})


def read_history(folder: Path) -> list[Epoch]:
    """Read `history.csv` of a run or of a bundle. Raises: BadRun."""
    try:
        with (folder / HISTORY_FILE).open(encoding="utf-8", newline="") as file:
            return [
                Epoch(int(row.pop("epoch")), **{name: float(told) for name, told in row.items()})
                for row in csv.DictReader(file)
            ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadRun(f"{folder / HISTORY_FILE} cannot be read: {error}") from error


def best_epoch(epochs: Sequence[Epoch]) -> Epoch:
    """Return the epoch whose network a fit keeps: the lowest held-out loss, the first of equals."""
    return min(epochs, key=lambda epoch: epoch.val_loss)
