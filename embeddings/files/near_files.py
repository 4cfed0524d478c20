"""What may be meant by a name that no file has in its place: a file elsewhere, or one alike."""

import re
from collections.abc import Iterable

from embeddings.files import names
from embeddings.files.picture_files import stem_of

_ELSEWHERE = re.compile(r"^(?:[a-z]:|\\\\[^\\/]+)[\\/](?:.*[\\/])?", re.I)  # of Windows, or a share


class Elsewhere:
    """Files by their bare names: a table often names pictures without the folder they lie in."""

    def __init__(self, files: Iterable[str]) -> None:
        """Take the files' names, with `/` between."""
        self._called: dict[str, list[str]] = {}
        for file in files:
            self._called.setdefault(names.key(file.rpartition("/")[2]), []).append(file)

    def named(self, spellings: Iterable[str]) -> list[str]:
        """Return all files of any of these bare names, whatever their folders, each once.

        A name that says a folder has none, unless that is one of another computer.
        """
        here = (_ELSEWHERE.sub("", name) for name in spellings)
        bare = (names.key(name) for name in here if "/" not in name and "\\" not in name)
        return list(dict.fromkeys(file for key in bare for file in self._called.get(key, ())))


class NearFiles:
    """The files of some folder, by what they are called but for their endings and their case.

    One of them is told, and never taken.
    """

    def __init__(self, files: Iterable[str]) -> None:
        """Take the files' names, with `/` between."""
        self._called: dict[str, list[str]] = {}
        for file in files:
            self._called.setdefault(_bare(file), []).append(file)

    def to(self, name: str) -> str | None:
        """Return the one file that is called so, whatever its folder and its ending; else None."""
        found = self._called.get(_bare(name), [])
        return found[0] if len(found) == 1 else None


def _bare(name: str) -> str:
    return names.key(stem_of(name.replace("\\", "/").rpartition("/")[2]))
