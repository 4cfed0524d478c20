"""Files that are there wholly or as they were: written beside their place, then put into it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.errors import BadOutput

_ENDING = ".part"
_ABANDONED_S = 3600  # nobody writes nothing for that long


def place_of(path: Path) -> Path:
    """Return where a file's bytes lie, or will: behind the links that lead there.

    Raises:
        BadOutput: what is there is no file, so that nothing may be put in its place.
    """
    try:
        place = path.resolve()
        if place.is_symlink():  # newer Pythons say nothing of a circle themselves
            raise BadOutput(f"'{path}' cannot be written: its links lead in a circle")
        if place.exists() and not place.is_file():
            raise BadOutput(f"'{path}' is a folder, a device or a pipe: name a file")
        if not place.parent.is_dir():
            reason = f"there is no folder '{path.parent}': check the path"
            raise BadOutput(f"'{path}' cannot be written, {reason}")
    except (OSError, RuntimeError) as error:  # the latter: links in a circle, up to Python 3.12
        raise BadOutput(f"'{path}' cannot be written: {error}") from error
    return place


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give the name of a file to write, which is put in the place of `path` at the end.

    Whoever writes it makes sure that it is on the disk. What was left by one that was killed goes.

    Raises:
        BadOutput: at `path` is something else than a file.
    """
    place = place_of(path)
    beside = place.with_name(f".{place.name}.{os.getpid()}{_ENDING}")
    _remove_abandoned(place)
    try:
        yield beside
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _remove_abandoned(place: Path) -> None:
    before = time.time() - _ABANDONED_S
    start = f".{place.name}."
    with suppress(OSError):  # a folder that cannot be listed can be written to all the same
        for each in os.scandir(place.parent):
            number = each.name.removeprefix(start).removesuffix(_ENDING)
            if each.name == f"{start}{number}{_ENDING}" and number.isdigit():
                with suppress(OSError):  # another process was quicker
                    if each.stat(follow_symlinks=False).st_mtime < before:
                        os.unlink(each.path)
