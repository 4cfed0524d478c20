"""Parquet, in batches of rows; pyarrow is asked for only where a file needs it."""

import io
import shutil
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from embeddings.confined import start
from embeddings.errors import BadTable, NoHeader
from embeddings.lifeline import Lifeline
from embeddings.tables.naming import name_of
from embeddings.tables.parquet_process import MEMORY, REFUSED, SECONDS
from service.importing.raw.cells import Unread, row_of
from service.importing.raw.row import Fits, RawRow

_MODULE = "embeddings.tables.parquet_process"
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # others reserve what they never use


class ParquetTable:
    """The rows of a Parquet file."""

    line = 1
    notes: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Read what the columns are. Raises: BadTable."""
        try:
            import pyarrow as pa
        except ImportError as error:
            raise BadTable(
                "is Parquet, which needs a library: pip install 'lookalike[parquet]'"
            ) from error
        self._pa = pa
        self._small = (pa.float16(), pa.float32())
        self._file = file
        self._begun: _Reading | None = _Reading(pa, file)  # for whoever asks first
        self._written: tuple[str, ...] = tuple(self._begun.schema.names)
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
        reading, self._begun = self._begun or _Reading(self._pa, self._file), None
        number = 1
        try:
            for batch in reading:
                columns = [self._values(column) for column in batch.columns]
                for row in zip(*columns, strict=True):
                    number += 1
                    yield row_of(number, zip(self._written, row, strict=True))
        except (self._pa.ArrowException, ValueError, OverflowError) as error:
            raise BadTable(f"is damaged behind row {number}: {error}") from error
        finally:
            reading.end()

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


class _Reading:
    """A file that a process of its own reads; see `parquet_process`."""

    def __init__(self, pa: Any, file: BinaryIO) -> None:
        """Start the process. Raises: BadTable."""
        self._pa = pa
        self._told = TemporaryFile()  # noqa: SIM115 - `end` closes it, as of the process
        lifeline = Lifeline()
        with _on_disk(file) as source:
            self._process = start(
                _MODULE,
                [lifeline.child],
                _ENVIRONMENT,
                stdin=source,
                stdout=PIPE,
                stderr=self._told,
            )
        self.end = weakref.finalize(self, _end, self._process, lifeline, self._told)
        try:
            self._stream = pa.ipc.open_stream(self._process.stdout)
        except (pa.ArrowException, OSError) as error:
            raise self._why() from error
        self.schema = self._stream.schema

    def __iter__(self) -> Iterator[Any]:
        """Give batch by batch. Raises: BadTable."""
        while True:
            try:
                batch = self._stream.read_next_batch()
            except StopIteration:
                break
            except (self._pa.ArrowException, OSError) as error:
                raise self._why() from error
            yield batch
        if self._process.wait():
            raise self._why()

    def _why(self) -> BadTable:
        """Say why the process ended before the rows did."""
        self._process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
        if self._process.wait() == REFUSED:
            self._told.seek(0)
            return BadTable(self._told.read().decode("utf-8", "replace"))
        return BadTable(
            f"takes more than {MEMORY >> 20} MiB of memory or {SECONDS} seconds to read, or is "
            "damaged: no honest Parquet file does; write it in smaller pieces, or give a CSV"
        )


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[IO[bytes]]:
    """Give a file that another process can read."""
    try:
        file.fileno()
    except io.UnsupportedOperation:  # it is in memory
        with TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy
    else:
        file.flush()  # it may have come to the disk just now, and not wholly
        yield file


def _end(process: "Popen[bytes]", lifeline: Lifeline, told: IO[bytes]) -> None:
    """End a process, whatever it is doing."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
    lifeline.close()
    told.close()


def _value(scalar: Any) -> object:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return Unread(f"of the type {scalar.type}, it has no form as a text")
