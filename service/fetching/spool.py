"""Files on their way from a server into the catalogue: on the disk, so that a kill loses none."""

import fcntl
import hashlib
import itertools
import json
import shutil
import time
from collections import OrderedDict
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from service.fetching.received import Received, Validators

_BEGUN = "begun"  # locked for as long as somebody works here
_OLD_S = 2 * 86_400  # of a folder that nobody has come back to
_RECENT_S = 86_400  # of what was received before a kill, and is taken without asking again


class Spool:
    """One source's files, in a folder of its own below `folder`; `finish` deletes it.

    Whoever comes again after a kill finds what was received before it.
    """

    def __init__(self, folder: Path, source: str, max_bytes: int) -> None:
        """Take the folder of a source; keep at most so many bytes that nobody waits for."""
        folder.mkdir(parents=True, exist_ok=True)
        clear_abandoned(folder)
        key = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._folder, self._lock = _taken(folder, key)
        self._max_bytes = max_bytes
        self._let_go: OrderedDict[str, int] = OrderedDict()  # bytes of what nobody waits for
        self._let_go_bytes = 0
        self._numbers = itertools.count()
        self.begun = _begun(self._lock)

    def place(self) -> Path:
        """Return where a file is to be received."""
        return self._folder / f"{next(self._numbers)}.part"

    def keep(self, address: str, received: Received, place: Path) -> None:
        """Take in what was received at a place: from now on a kill does not lose it."""
        beside = self._folder / f"{_key(address)}.new"
        told = asdict(received) | {"at": time.time()}
        place.replace(self._folder / _key(address))
        beside.write_text(json.dumps(told), encoding="utf-8")
        beside.replace(self._folder / f"{_key(address)}.json")

    def kept(self, address: str) -> Received | None:
        """Return what was received of an address, lately and whole."""
        try:
            told = json.loads((self._folder / f"{_key(address)}.json").read_text("utf-8"))
            size = (self._folder / _key(address)).stat().st_size
            validators = Validators(told["validators"]["etag"], told["validators"]["modified"])
            received = Received(told["digest"], told["size"], validators)
            is_recent = time.time() - told["at"] < _RECENT_S
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return received if is_recent and size == received.size else None

    def read(self, address: str, received: Received) -> bytes | None:
        """Return a file's bytes; None where they are not there any more, or not as they came."""
        try:
            data = (self._folder / _key(address)).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == received.digest else None

    def let_go(self, address: str, size: int) -> list[str]:
        """Say that nobody waits for a file; return the addresses of those that had to make room."""
        self.want(address)
        self._let_go[address] = size
        self._let_go_bytes += size
        gone = []
        while self._let_go_bytes > self._max_bytes:
            oldest, freed = self._let_go.popitem(last=False)
            self._let_go_bytes -= freed
            for name in (_key(oldest), f"{_key(oldest)}.json"):
                (self._folder / name).unlink(missing_ok=True)
            gone.append(oldest)
        return gone

    def want(self, address: str) -> None:
        """Say that somebody waits for a file, which so makes no room for others."""
        self._let_go_bytes -= self._let_go.pop(address, 0)

    def finish(self) -> None:
        """Delete all of it: whoever comes next asks the servers anew."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()

    def leave(self) -> None:
        """Leave it as it is, for whoever goes on with it."""
        self._lock.close()


def _key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _taken(folder: Path, key: str) -> tuple[Path, BinaryIO]:
    """Lock a folder for a source; another one if somebody works with that source already."""
    number = 0
    while True:
        mine = folder / (key if not number else f"{key}-{number}")
        mine.mkdir(exist_ok=True)
        try:
            lock = (mine / _BEGUN).open("a+b")
        except FileNotFoundError:  # its owner has just deleted it
            continue
        if _is_mine(lock) and (mine / _BEGUN).exists():
            return mine, lock
        lock.close()
        number += 1


def _is_mine(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _begun(lock: BinaryIO) -> datetime:
    """Return since when a source is being worked on; now, if that was too long ago."""
    lock.seek(0)
    try:
        begun = float(lock.read(32) or 0)
    except ValueError:
        begun = 0.0
    if not 0 <= time.time() - begun < _RECENT_S:
        begun = time.time()
        lock.truncate(0)
        lock.write(repr(begun).encode())
        lock.flush()
    return datetime.fromtimestamp(begun, UTC)


def clear_abandoned(folder: Path) -> None:
    """Delete what imports left that were killed, and to which nobody has come back."""
    for each in folder.iterdir():
        try:
            if time.time() - each.stat().st_mtime < _OLD_S:
                continue
            with (each / _BEGUN).open("a+b") as lock:
                if _is_mine(lock):
                    shutil.rmtree(each, ignore_errors=True)
        except OSError:
            continue
