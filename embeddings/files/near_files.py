"""The file that may be meant by a name which no file has: to be told, and never to be taken."""

from collections.abc import Iterable

from embeddings.files import names
from embeddings.files.picture_files import stem_of


class NearFiles:
    """The files of some folder, by what they are called but for their endings and their case."""

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
