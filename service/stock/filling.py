"""Says that products are still coming in, so that whoever reads a count knows that it grows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.progress import Progress

FILE_NAME = "filling"
_TOUCH_S = 1.0
_STALE_S = 60  # an import that was killed leaves its file behind, and touches it no more


@contextmanager
def filling(home: Path, progress: Progress) -> Iterator[Progress]:
    """Keep a file in the home folder while an import goes on; return the progress to tell."""
    mark = home / FILE_NAME
    home.mkdir(parents=True, exist_ok=True)
    mark.touch()
    touched = time.monotonic()

    def tell(done: int, total: int | None) -> None:
        nonlocal touched
        if time.monotonic() - touched >= _TOUCH_S:  # it is told of each picture
            mark.touch()
            touched = time.monotonic()
        progress(done, total)

    try:
        yield tell
    finally:
        # Of two imports at once the other makes it again with its next batch.
        mark.unlink(missing_ok=True)


def is_filling(home: Path) -> bool:
    """Return whether an import is at work, in this process or another."""
    try:
        age = time.time() - (home / FILE_NAME).stat().st_mtime
    except OSError:
        return False
    return age < _STALE_S
