"""Where sent files lie: a folder each in the home, with what is known of it beside.

`<token>/<name>` is the file, `<token>.json` what is known; the latter is written last, so a file
without it never came whole, and goes after an hour. Everything goes after a day.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from service.errors import ServerBusy, UnknownUpload, UploadTooLarge
from service.jobs.files import check_room
from service.outputs import written_beside

KEPT_S = 24 * 3600.0
_UNFINISHED_S = 3600.0  # since the last byte came
_MOST = 50  # kept at once
_SEEN = ".seen.json"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came whole."""

    token: str
    path: Path
    size: int  # bytes
    purpose: str  # `import` or `tag`
    sent_by: str
    sent_at: datetime
    options: Mapping[str, Any] = field(default_factory=dict)  # how it is to be read

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name


class Uploads:
    """The files that were sent to one home."""

    def __init__(self, home: Path, max_bytes: int) -> None:
        """Keep them in a folder of `home`, each of at most `max_bytes`."""
        self.folder = home / "uploads"
        self.max_bytes = max_bytes

    def begin(self, length: int | None) -> tuple[str, Path]:
        """Make room for a file; gives its token, and the folder to write it in.

        Raises:
            UploadTooLarge: `length` says that it is larger than is taken.
            NoSpace: the disk has no room for it.
            ServerBusy: so many are kept already that nobody can have use for more.
        """
        if (length or 0) > self.max_bytes:
            raise UploadTooLarge(f"a file has at most {self.max_bytes // 2**20} MB")
        self.sweep()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.check_room(length or 0)
        if sum(1 for _ in self._folders()) >= _MOST:
            raise ServerBusy(f"{_MOST} files wait to be dealt with: import or remove some of them")
        token = token_urlsafe(16)
        folder = self.folder / token
        folder.mkdir(mode=0o700)
        return token, folder

    def check_room(self, more: int) -> None:
        """Make sure that so many bytes leave the shop room to go on. Raises: NoSpace."""
        check_room(self.folder, more)

    def keep(self, token: str, name: str, *, purpose: str, by: str) -> Upload:
        """Say that a file came whole; `name` is what it is called in its folder."""
        path = self.folder / token / name
        upload = Upload(token, path, path.stat().st_size, purpose, by, datetime.now(UTC))
        self._write(upload)
        return upload

    def get(self, token: str) -> Upload:
        """Return a file that was sent. Raises: UnknownUpload."""
        if _TOKEN.fullmatch(token) and (found := self._read(token)) is not None:
            return found
        raise UnknownUpload("it was dealt with, removed, or forgotten after a day: send it again")

    def every(self, purpose: str) -> list[Upload]:
        """Return the files that wait, the latest first."""
        found = (self._read(folder.name) for folder in self._folders())
        waiting = [each for each in found if each is not None and each.purpose == purpose]
        return sorted(waiting, key=lambda each: each.sent_at, reverse=True)

    def set_options(self, token: str, options: Mapping[str, Any]) -> Upload:
        """Remember how a file is to be read. Raises: UnknownUpload."""
        known = self.get(token)
        changed = Upload(
            token, known.path, known.size, known.purpose, known.sent_by, known.sent_at, options
        )
        self._write(changed)
        return changed

    def seen(self, token: str, under: str) -> dict[str, list[str]]:
        """Return what was seen in a file's pictures before, by a model and options: `under`."""
        try:
            kept = json.loads(self._seen(token).read_text())
            return dict(kept["seen"]) if kept["under"] == under else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def keep_seen(self, token: str, under: str, seen: Mapping[str, Sequence[str]]) -> None:
        """Keep what was seen in a file's pictures, so that nobody looks at them twice."""
        with written_beside(self._seen(token)) as beside:
            beside.write_text(json.dumps({"under": under, "seen": dict(seen)}))

    def remove(self, token: str) -> None:
        """Remove a file, if it is there."""
        if _TOKEN.fullmatch(token):
            # What is known of it goes first: a file half gone is never taken for a whole one.
            self._about(token).unlink(missing_ok=True)
            self._seen(token).unlink(missing_ok=True)
            shutil.rmtree(self.folder / token, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what nobody has asked for in a day, and what did not come whole in time."""
        now = time.time()
        for folder in list(self._folders()):
            about = self._about(folder.name)
            with suppress(OSError):  # another process was quicker
                whole = about.exists()
                age = now - (about if whole else _latest(folder)).stat().st_mtime
                if age > (KEPT_S if whole else _UNFINISHED_S):
                    self.remove(folder.name)
        for seen in self.folder.glob(f"*{_SEEN}"):  # kept of a file that was removed meanwhile
            if not (self.folder / seen.name.removesuffix(_SEEN)).is_dir():
                seen.unlink(missing_ok=True)

    def _folders(self) -> Iterator[Path]:
        if not self.folder.is_dir():
            return
        for each in os.scandir(self.folder):
            if _TOKEN.fullmatch(each.name) and each.is_dir(follow_symlinks=False):
                yield Path(each.path)

    def _about(self, token: str) -> Path:
        return self.folder / f"{token}.json"

    def _seen(self, token: str) -> Path:
        return self.folder / f"{token}{_SEEN}"

    def _write(self, upload: Upload) -> None:
        told = {
            "name": upload.name,
            "size": upload.size,
            "purpose": upload.purpose,
            "sent_by": upload.sent_by,
            "sent_at": upload.sent_at.isoformat(),
            "options": dict(upload.options),
        }
        with written_beside(self._about(upload.token)) as beside, beside.open("w") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())

    def _read(self, token: str) -> Upload | None:
        try:
            told = json.loads(self._about(token).read_text())
            return Upload(
                token,
                self.folder / token / told["name"],
                told["size"],
                told["purpose"],
                told["sent_by"],
                datetime.fromisoformat(told["sent_at"]),
                told["options"],
            )
        except (OSError, ValueError, KeyError, TypeError):  # gone, or never whole
            return None


def _latest(folder: Path) -> Path:
    """Return what was written last in a folder, or itself where it is empty."""
    return max([folder, *folder.iterdir()], key=lambda path: path.stat().st_mtime)
