"""Where a shop's photos lie: a folder or a ZIP, taken apart by what an import does it with."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from embeddings.errors import BadArchive, BadContents
from embeddings.files.folders import Tell, walk
from embeddings.files.picture_files import head_of
from embeddings.tables.contents import Columns, Contents, SourceKind, kind_of, sort_out
from embeddings.tables.inside import FilesInside
from embeddings.tables.packed import FilesPacked, PackedFile
from training.data.photo_file import PhotoFile
from training.errors import BadData

PHOTO = ("photo", "image", "file")
COLUMNS = Columns(PHOTO, ("photo", "category", "group"))


class ShopFiles(Protocol):
    """Files that are named with `/` between."""

    def open(self, name: str) -> BinaryIO:
        """Open one, to read it."""
        ...

    def file(self, name: str) -> PhotoFile:
        """Return one as a photo."""
        ...

    def find(self, name: str, table: str) -> PhotoFile:
        """Return the photo that a name in `table` means. Raises: NoSuchFile."""
        ...


class LooseFiles:
    """The files in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._inside: dict[str, FilesInside] = {}

    def names(self, tell: Tell) -> Iterator[str]:
        """Name every file; `tell` hears what is passed over, and why."""
        return walk(self._root, tell)

    def head(self, name: str) -> bytes:
        """Read a file's first bytes."""
        return head_of(self._root / name)

    def open(self, name: str) -> BinaryIO:
        """Open one, to read it."""
        return (self._root / name).open("rb")

    def file(self, name: str) -> Path:
        """Return one as a photo."""
        return self._root / name

    def find(self, name: str, table: str) -> Path:
        """Return the photo that a name in `table` means, in its folder or below."""
        folder = table.rpartition("/")[0]
        if folder not in self._inside:
            self._inside[folder] = FilesInside(self._root / folder)
        return self._inside[folder].find(name)


class PackedFiles:
    """The files in a ZIP, which stays open as long as one of its photos is held."""

    def __init__(self, files: FilesPacked) -> None:
        self._files = files

    def open(self, name: str) -> BinaryIO:
        """Open one, to read it."""
        self._files.check_table(name)
        return self._files.open(name)

    def file(self, name: str) -> PackedFile:
        """Return one as a photo."""
        return PackedFile(self._files.path, name, self._files)

    def find(self, name: str, table: str) -> PackedFile:
        """Return the photo that a name in `table` means."""
        return self.file(self._files.find(name, table))


def files_of(source: Path) -> tuple[ShopFiles, Contents]:
    """Return what a source holds: a table, or pictures, and what is passed over.

    Raises:
        BadData: it is no folder, table or ZIP, or holds nothing to learn from.
    """
    try:
        kind = kind_of(source)
        if kind is SourceKind.TABLE:
            return LooseFiles(source.parent), Contents(table=source.name)
        passed_over: dict[str, str] = {}
        if kind is SourceKind.FOLDER:
            loose = LooseFiles(source)
            names = loose.names(passed_over.__setitem__)
            return loose, sort_out(names, loose.head, str(source), passed_over, COLUMNS)
        packed = FilesPacked(source)
        contents = sort_out(packed.names(), packed.head, str(source), passed_over, COLUMNS)
        return PackedFiles(packed), contents
    except BadArchive as error:
        raise BadData(f"{source}: {error}") from error
    except BadContents as error:
        raise BadData(
            f"{source} is neither a folder nor a CSV or ZIP of photos: {error}"
        ) from error
