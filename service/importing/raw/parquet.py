"""Parquet, in batches of rows; pyarrow is asked for only where a file needs it."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from embeddings.errors import BadTable, NoHeader
from embeddings.tables.naming import MAX_COLUMNS, name_of
from service.importing.raw.cells import Unread, row_of
from service.importing.raw.row import Fits, RawRow

_ROWS = 1000  # held at a time
_MAX_GROUP = 2 * 2**30  # bytes of a part of the file that is unpacked together
_SMALL_GROUP = 64 * 2**20  # likewise, of which nobody asks from how few it comes
_MAX_RATIO = 100  # of what is unpacked to the file, as it is; texts that come again are there once
_MAX_BATCH = 256 * 2**20  # bytes of the rows that are held


class ParquetTable:
    """The rows of a Parquet file."""

    line = 1
    notes: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Read what the columns are. Raises: BadTable."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise BadTable(
                "is Parquet, which needs a library: pip install 'lookalike[parquet]'"
            ) from error
        self._damaged = (pa.ArrowException, OSError, ValueError, OverflowError)
        self._pa = pa
        self._small = (pa.float16(), pa.float32())
        try:
            file.seek(0)
            schema = pq.read_schema(file)
            self._written = tuple(schema.names)
            # A text that a thousand rows share is held once: a few bytes may stand for gigabytes.
            texts = (pa.string(), pa.binary())
            shared = [each.name for each in schema if each.type in texts]
            file.seek(0)
            self._file = pq.ParquetFile(file, read_dictionary=shared)
        except self._damaged as error:
            raise BadTable(f"is no whole Parquet file: {error}") from error
        self._check_sizes(file.seek(0, os.SEEK_END))
        self.names = tuple(map(name_of, self._written))
        twice = sorted(name for name, times in Counter(self.names).items() if times > 1)
        if twice:
            raise BadTable(f"has a column twice: {', '.join(twice)[:200]}")
        if not fits(self.names):
            raise NoHeader(
                f"needs a column 'sku'; its columns are {', '.join(self.names)[:200]}",
                list(self.names),
            )

    def __iter__(self) -> Iterator[RawRow]:
        number = 1
        try:
            for batch in self._file.iter_batches(_ROWS):
                if batch.nbytes > _MAX_BATCH:
                    raise BadTable(f"has more than {_MAX_BATCH >> 20} MiB in {_ROWS} rows")
                columns = [self._values(column) for column in batch.columns]
                for row in zip(*columns, strict=True):
                    number += 1
                    yield row_of(number, zip(self._written, row, strict=True))
        except self._damaged as error:
            raise BadTable(f"is damaged behind row {number}: {error}") from error

    def _check_sizes(self, packed: int) -> None:
        """Refuse what unpacks to more than a table has, before any of it is. Raises: BadTable."""
        metadata = self._file.metadata
        if metadata.num_columns > MAX_COLUMNS:
            raise BadTable(f"has {metadata.num_columns} columns; a table has at most {MAX_COLUMNS}")
        # Not by column: asking a damaged file for those ends the process within the library.
        for number in range(metadata.num_row_groups):
            size = metadata.row_group(number).total_byte_size
            if size > _MAX_GROUP:
                raise BadTable(f"has {size} bytes of rows in one piece; at most {_MAX_GROUP}")
            if size > max(_SMALL_GROUP, packed * _MAX_RATIO):
                raise BadTable(
                    f"unpacks from {packed} bytes to {size} of rows in one piece; more than "
                    f"{_SMALL_GROUP >> 20} MiB are at most {_MAX_RATIO} times as much as the file"
                )

    def _values(self, column: Any) -> list[Any]:
        """Give the values of a column; one that Python cannot hold is not read."""
        if column.type in self._small:
            # 19.9 has no more digits there, and would get others on its way to a larger number.
            return [float(str(each)) for each in column.to_numpy(zero_copy_only=False)]
        if self._pa.types.is_dictionary(column.type):
            shared = self._values(column.dictionary)
            return [None if each is None else shared[each] for each in column.indices.to_pylist()]
        try:
            values: list[Any] = column.to_pylist()
        except (ValueError, OverflowError):  # an instant that no calendar has, bytes of no text
            values = [_value(each) for each in column]
        return values


def _value(scalar: Any) -> object:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return Unread(f"of the type {scalar.type}, it has no form as a text")
