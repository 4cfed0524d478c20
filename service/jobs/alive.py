"""Whether a worker lives: it holds a lock on a file of its own, which the system lets go with it.

So a worker that was killed is known to be dead at once. Where that cannot be told, as on another
machine, its heartbeats are waited for.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.settings.environment import Settings


@contextmanager
def living(settings: Settings) -> Iterator[str]:
    """Give a worker its name, and hold its lock as long as the block lasts."""
    folder = settings.living
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(8)
    path = folder / name
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield name
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_dead(worker: str, settings: Settings) -> bool:
    """Return whether a worker is known to be gone; False where it lives, or nobody can tell."""
    path = settings.living / worker.partition(".")[0]
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def forget_dead(having: set[str], settings: Settings) -> None:
    """Delete the files of workers that were killed, but of those that have jobs still."""
    with suppress(OSError):
        for path in list(settings.living.iterdir()):
            if path.name not in having and is_dead(path.name, settings):
                _delete(path)


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
