"""How long work tells how far it is; whoever called decides how to show it."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int | None], None]  # done, total (None: not known)


def no_progress(_done: int, _total: int | None) -> None:
    """Show nothing."""
