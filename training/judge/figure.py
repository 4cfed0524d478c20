"""One number that is told of a network, with all that belongs to it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from training.judge.metrics import Share

SHARE, AREA, MILLISECONDS = "share", "area", "ms"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in `unit`, of `count` photos, with its 95 % interval where there is one."""

    title: str  # what it says, and of which photos
    value: float
    count: int
    low: float | None = None
    high: float | None = None
    unit: str = SHARE  # or AREA, under a ROC curve, or MILLISECONDS

    @classmethod
    def of(cls, title: str, share: Share, unit: str = SHARE) -> "Figure":
        """Return the figure of a share, or of an area, 0..1, with its interval."""
        return cls(title, share.value, share.count, share.low, share.high, unit)

    def __str__(self) -> str:
        told = _say(self.value, self.unit)
        if self.low is not None and self.high is not None:
            told += f" ({_say(self.low, self.unit)} to {_say(self.high, self.unit)}"
            return f"{told}, n = {self.count:,})"
        return f"{told} (n = {self.count:,})"


def figure_rows(figures: Mapping[str, Figure]) -> list[tuple[str, str]]:
    """Return each figure's title and its value in words."""
    return [(figure.title, str(figure)) for figure in figures.values()]


def told_figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Return figures as JSON has them, under their keys."""
    return {key: asdict(figure) for key, figure in figures.items()}


def read_figures(told: Mapping[str, Any]) -> dict[str, Figure]:
    """Return what `told_figures` gave."""
    return {key: Figure(**figure) for key, figure in told.items()}


def _say(value: float, unit: str) -> str:
    if unit == SHARE:
        return f"{value * 100:.2f} %"
    return f"{value:.4f}" if unit == AREA else f"{value:.1f} {unit}"
