"""The files that a table's names may mean: those in one folder, and none outside it."""

import os
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from embeddings.errors import NoSuchFile
from embeddings.files.folders import FileFinder, walk
from embeddings.files.near_files import Elsewhere, NearFiles
from embeddings.tables.photo_cells import hint_for, spellings

_MOST_ELSEWHERE = 200_000  # files below a folder, among which a bare name is looked for
_UNREADABLE = (OSError, ValueError, RuntimeError)  # a loop of links, a name too long


class FilesInside:
    """A folder that no name leads out of, by dots, by a root or by a link."""

    def __init__(self, root: Path) -> None:
        """Take a folder that is there."""
        self._root = root.resolve()
        self._real: Callable[[Path], Path] = lru_cache(1000)(Path.resolve)
        self._finder = FileFinder(self._root)
        self._listed = lru_cache(100)(_files_of)

    def find(self, name: str) -> Path:
        """Return the one file that a name means, in whatever spelling, case or Unicode form.

        A name without a folder that no file of the uppermost one has is that of the one in another.

        Raises:
            NoSuchFile: none is there, more than one may be meant, or it lies outside.
        """
        try:
            path = self._meant(name)
            if not path.is_file():
                raise NoSuchFile(f"is missing{hint_for(name, self._near(name))}")
        except _UNREADABLE as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise NoSuchFile(f"cannot be read: {reason}") from error
        return path

    def has(self, name: str) -> bool:
        """Say whether `find` finds a file, without looking for what else may be meant."""
        try:
            return self._meant(name).is_file()
        except (NoSuchFile, *_UNREADABLE):
            return False

    def _meant(self, name: str) -> Path:
        found: dict[Path, None] = {}
        outside: NoSuchFile | None = None
        for spelled in spellings(name):
            try:
                path = self._inside(spelled)
                if not found and os.path.lexists(path):
                    return path
                found |= dict.fromkeys(self._inside(str(p)) for p in self._finder.find(spelled))
            except NoSuchFile as error:
                outside = outside or error
        if not found:
            elsewhere = self._elsewhere.named(spellings(name))
            found = dict.fromkeys(map(self._inside, elsewhere))
        if len(found) > 1:
            them = ", ".join(f"'{path.relative_to(self._root)}'" for path in list(found)[:3])
            raise NoSuchFile(f"may be any of {them}")
        if outside is not None and not found:
            raise outside
        return next(iter(found), self._root / name)

    @cached_property
    def _elsewhere(self) -> Elsewhere:
        files = list(islice(walk(self._root), _MOST_ELSEWHERE + 1))
        return Elsewhere(files if len(files) <= _MOST_ELSEWHERE else ())

    def _near(self, name: str) -> str | None:
        """Name a file of the folder where it should lie, or of the uppermost one."""
        folder = name.replace("\\", "/").rpartition("/")[0].lstrip("/")
        for each in dict.fromkeys((folder, "")):
            try:
                inside = self._inside(each or ".").resolve()
            except (NoSuchFile, OSError, ValueError):
                continue
            if inside.is_relative_to(self._root) and (near := self._listed(inside).to(name)):
                return f"{each}/{near}".lstrip("/")
        return None

    def _inside(self, name: str) -> Path:
        path = self._root / name
        # A source's pictures lie in few folders; following each anew takes longer than reading.
        path = self._real(path.parent) / path.name
        if path.is_symlink():
            path = path.resolve()
        if not path.is_relative_to(self._root):
            raise NoSuchFile("lies outside the pictures' folder")
        return path


def _files_of(folder: Path) -> NearFiles:
    try:
        with os.scandir(folder) as entries:
            return NearFiles(entry.name for entry in entries if entry.is_file())
    except OSError:  # no folder, or not ours to read
        return NearFiles(())
