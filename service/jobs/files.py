"""The files of jobs: what was sent, what is made of it, in a folder of the home for each."""

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from service.errors import NoSpace
from service.settings.environment import Settings

LEFT_FREE = 256 * 2**20  # bytes of the disk that no file of others takes: the catalogue lives there
PICTURES = "pictures"  # a folder of what a job's page shows: it stays beside the result
_ABANDONED_S = 24 * 3600  # a folder that no job has: its upload was cut off


def new_folder(settings: Settings) -> str:
    """Make a folder with a name that nobody guesses, and give the name."""
    name = secrets.token_hex(16)
    folder_of(name, settings).mkdir(parents=True)
    return name


def folder_of(name: str, settings: Settings) -> Path:
    """Return where the files of a job lie."""
    return settings.jobs / name


def folders_there(settings: Settings) -> set[str]:
    """Name the folders that there are."""
    try:
        return {each.name for each in settings.jobs.iterdir()}
    except OSError:
        return set()


def check_room(folder: Path, more: int) -> None:
    """Make sure that so many bytes leave the shop room to go on. Raises: NoSpace."""
    free = shutil.disk_usage(folder).free
    if more and free - more < LEFT_FREE:
        raise NoSpace(
            f"the disk has {free // 2**20} MB left, of which {LEFT_FREE // 2**20} stay free "
            "for the shop: make room, and try again"
        )


def drop_folder(name: str | None, settings: Settings) -> None:
    """Delete the files of a job; gone already is gone."""
    if name:
        shutil.rmtree(folder_of(name, settings), ignore_errors=True)


def drop_abandoned(known: set[str], settings: Settings) -> None:
    """Delete the folders that no job has and nobody has touched for a day."""
    before = time.time() - _ABANDONED_S
    with suppress(OSError):
        for each in settings.jobs.iterdir():
            with suppress(OSError):
                if each.name not in known and each.stat().st_mtime < before:
                    shutil.rmtree(each, ignore_errors=True)


def drop_what_was_sent(name: str | None, result: str | None, settings: Settings) -> None:
    """Delete the files of a job that is done or cancelled, but for what it made."""
    if name and result:
        keep_only(folder_of(name, settings), result, PICTURES)
    else:
        drop_folder(name, settings)


def keep_only(folder: Path, *names: str) -> None:
    """Delete all files of a folder but these."""
    with suppress(OSError):
        for each in list(folder.iterdir()):
            if each.name not in names:
                _delete(each)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
