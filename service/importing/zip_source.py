"""An archive: a CSV with its pictures, or pictures alone. Nothing is ever unpacked to a disk."""

from collections.abc import Iterator
from pathlib import Path

from catalog.errors import BadRow, BadSource
from embeddings.errors import BadArchive, NoSuchFile
from embeddings.files.archives import DAMAGED, DEFAULT_ARCHIVE_LIMITS, ArchiveLimits
from embeddings.tables.packed import FilesPacked
from service.importing.elsewhere import beside, is_elsewhere
from service.importing.files import contents_of, notes_on_files
from service.importing.picture_rows import PictureOptions, picture_rows, products_ahead
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table import TableOptions
from service.importing.table_file import TableFile


class ZipSource:
    """Rows of the one CSV in an archive, or else its pictures, each a product."""

    def __init__(
        self,
        path: Path,
        max_photo_bytes: int,
        options: PictureOptions,
        limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
        table_options: TableOptions | None = None,
    ) -> None:
        """Open and check `path`, which stays open. Raises: BadSource."""
        self._path = path
        self._max_photo_bytes = max_photo_bytes
        self._options = options
        try:
            self._files = FilesPacked(path, limits)
            try:
                self._contents = contents_of(
                    self._files.names(), self._files.head, path.name, passed_over={}
                )
                self._name = table_name = self._contents.table
                self._table: TableFile | None = None
                if table_name is not None:
                    self._files.check_table(table_name)
                    self._table = TableFile(
                        lambda: self._files.open(table_name),
                        f"{path.name}/{table_name}",
                        table_options or TableOptions(),
                        max_photo_bytes,
                    )
            except BaseException:
                self._files.close()
                raise
        except BadArchive as error:
            raise BadSource(str(error)) from error

    @property
    def ignored(self) -> int:
        """How many files were passed over."""
        return len(self._contents.passed_over)

    @property
    def table(self) -> TableFile | None:
        """The table's file; None where there are pictures alone."""
        return self._table

    def close(self) -> None:
        """Close the archive."""
        if self._table is not None:
            self._table.close()
        self._files.close()

    def count(self) -> int | None:
        """Return about how many rows there will be."""
        if self._table is None:
            return products_ahead(self._contents.pictures, self._path.stem, self._options)
        return self._table.count()

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        yield from notes_on_files(self._contents)
        if self._table is not None:
            yield from self._rows_of(self._table)
        else:
            yield from picture_rows(self._contents.pictures, self._path.stem, self._options)

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names, relative to the CSV. Raises: BadRow."""
        if self._table is not None and (data := self._table.picture(photo)) is not None:
            return data
        name = self._found(photo)
        try:
            with self._files.open(name) as file:
                return file.read(self._max_photo_bytes + 1)
        except DAMAGED as error:
            raise BadRow(f"the picture '{photo}' is damaged in the ZIP: {error}") from error

    def check(self, photo: str) -> None:
        """Find a picture that a row names, and do not read it. Raises: BadRow, as `read` does."""
        if self._table is None or not self._table.holds(photo):
            self._found(photo)

    def is_elsewhere(self, photo: str) -> bool:
        """Say whether a picture that a row names is at an address, and not in the archive."""
        return is_elsewhere(photo, self._has)

    def _found(self, photo: str) -> str:
        """Give the name in the archive of a picture that is not too large. Raises: BadRow."""
        photo = beside(photo, self._has)
        try:
            name = self._files.find(photo, self._name or "")
        except NoSuchFile as error:
            raise BadRow(f"the picture '{photo}' {error}") from error
        if (size := self._files.size(name)) > self._max_photo_bytes:
            raise BadRow(
                f"a picture has at most {self._max_photo_bytes} bytes, '{photo}' has {size}"
            )
        return name

    def _has(self, name: str) -> bool:
        try:
            self._files.find(name, self._name or "")
        except NoSuchFile:
            return False
        return True

    def _rows_of(self, table: TableFile) -> Iterator[Row | RowNote | RowError]:
        try:
            yield from table.rows()
        except DAMAGED as error:
            raise BadSource(f"'{self._name}' is damaged in {self._path.name}: {error}") from error
