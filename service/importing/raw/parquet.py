"""Parquet, in batches of rows; pyarrow is asked for only where a file needs it."""

from collections.abc import Iterator
from typing import BinaryIO

from embeddings.errors import BadTable, NoHeader
from embeddings.tables.naming import name_of
from service.importing.raw.cells import row_of
from service.importing.raw.row import Fits, RawRow

_ROWS = 1000  # held at a time


class ParquetTable:
    """The rows of a Parquet file."""

    line = 1

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Read what the columns are. Raises: BadTable."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise BadTable(
                "is Parquet, which needs a library: pip install 'lookalike[parquet]'"
            ) from error
        try:
            file.seek(0)
            self._file = pq.ParquetFile(file)
        except (pa.ArrowException, OSError) as error:
            raise BadTable(f"is no whole Parquet file: {error}") from error
        self._damaged = (pa.ArrowException, OSError)
        self.names = tuple(map(name_of, self._file.schema_arrow.names))
        if not fits(self.names):
            raise NoHeader(
                f"needs a column 'sku'; its columns are {', '.join(self.names)[:200]}",
                list(self.names),
            )

    def __iter__(self) -> Iterator[RawRow]:
        number = 1
        try:
            for batch in self._file.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    number += 1
                    yield row_of(number, row)
        except self._damaged as error:
            raise BadTable(f"is damaged behind row {number}: {error}") from error
