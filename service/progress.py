"""How long work tells how far it is; whoever called shows it as it likes, and may end it there."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int | None], None]  # done, total (None: not known)
Beat: TypeAlias = Callable[[], None]  # called within a step, several times a second where it can be


class Interrupted(Exception):
    """Out of a progress or a beat: the work is to end here, and goes on at another time."""


def no_progress(_done: int, _total: int | None) -> None:
    """Show nothing."""


def no_beat() -> None:
    """Show nothing."""


class Told:
    """A progress that can say again what it said last, within a step that counts nothing."""

    def __init__(self, progress: Progress) -> None:
        """Take the progress to tell."""
        self._progress = progress
        self._last: tuple[int, int | None] = (0, None)

    def __call__(self, done: int, total: int | None) -> None:
        """Tell how far the work is."""
        self._last = done, total
        self._progress(done, total)

    def again(self) -> None:
        """Tell that it is as far as it was."""
        self._progress(*self._last)
