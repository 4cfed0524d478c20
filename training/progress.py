"""How long work tells how far it is; whoever called decides how to show it."""

from collections.abc import Callable
from typing import TypeAlias

# Called with the steps done, the steps in all, and a line on how it stands.
Progress: TypeAlias = Callable[[int, int, str], None]

# Work of several pieces asks for the progress of each by its name.
Bars: TypeAlias = Callable[[str], Progress]


def no_progress(_done: int, _total: int, _text: str) -> None:
    """Show nothing."""


def no_bars(_name: str) -> Progress:
    """Show nothing of any piece."""
    return no_progress
