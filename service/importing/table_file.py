"""The file of a table, opened as often as it is asked for, and the pictures that lie in it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipExtFile, ZipFile

from catalog.errors import BadRow
from embeddings.files.archives import DAMAGED
from embeddings.tables.kinds import HEAD
from service.importing.cells import rows_of
from service.importing.raw import IN_TABLE, is_packed, rows_ahead
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table import TableOptions, read_table
from service.importing.table_columns import Columns, columns_of

_IN_MEMORY = 64 * 2**20  # bytes of a workbook within a ZIP; a larger one is copied to the disk


class TableFile:
    """A table that lies on the disk or in an archive."""

    def __init__(
        self,
        opened: Callable[[], BinaryIO],
        name: str,
        options: TableOptions,
        max_photo_bytes: int,
    ) -> None:
        """Take a file that `opened` opens; `name` is how messages call it."""
        self._opened, self._name, self._options = opened, name, options
        self._max_bytes = max_photo_bytes
        self._held: BinaryIO | None = None  # a workbook, for as long as its pictures are read
        self._archive: ZipFile | None = None

    def close(self) -> None:
        """Let go of a workbook's pictures."""
        for each in (self._archive, self._held):
            if each is not None:
                each.close()
        self._archive = self._held = None

    def count(self) -> int | None:
        """Say about how many rows there will be, where that is quickly known."""
        with self._opened() as file:
            return rows_ahead(file)

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        with self._seekable() as file:
            yield from rows_of(read_table(file, self._name, self._options))

    def columns(self, samples: int) -> Columns:
        """Tell what the columns are, with their first cells. Raises: BadSource."""
        with self._seekable() as file:
            return columns_of(file, self._name, self._options, samples)

    def holds(self, photo: str) -> bool:
        """Say whether a picture lies in the table itself."""
        return photo.startswith(IN_TABLE)

    def picture(self, photo: str) -> bytes | None:
        """Read a picture that lies in the table; None if a name is of none. Raises: BadRow."""
        if not self.holds(photo):
            return None
        name = photo.removeprefix(IN_TABLE)
        try:
            if self._archive is None:
                self._held = self._whole()
                self._archive = ZipFile(self._held)
            entry = self._archive.getinfo(name)
            if entry.file_size > self._max_bytes:
                raise BadRow(
                    f"a picture has at most {self._max_bytes} bytes, one in the table has "
                    f"{entry.file_size}"
                )
            return self._archive.read(entry)
        except (KeyError, BadZipFile) as error:
            raise BadRow(f"the picture '{name[:80]}' lies in no workbook here") from error
        except DAMAGED as error:
            raise BadRow(f"the picture '{name[:80]}' is damaged in the workbook") from error

    @contextmanager
    def _seekable(self) -> Iterator[BinaryIO]:
        """Open the table; what is read back and forth does not lie in an archive then."""
        with self._opened() as file:
            head = file.read(HEAD)
            file.seek(0)
            if not (isinstance(file, ZipExtFile) and is_packed(head)):
                yield file
                return
        with self._whole() as copy:
            yield copy

    def _whole(self) -> BinaryIO:
        file = self._opened()
        if not isinstance(file, ZipExtFile):
            return file
        copy = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever asked closes it
        with file:
            shutil.copyfileobj(file, copy)
        copy.seek(0)
        return cast(BinaryIO, copy)
