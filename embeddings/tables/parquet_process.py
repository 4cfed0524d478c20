"""A process that reads one Parquet file, and may be ended at any point.

pyarrow trusts what a file says of itself: a few bytes make it take gigabytes, or end the process.
Here the system's own limits hold it to what honest files take, and it ends this process alone.
The rows go to standard output as a stream of Arrow; what is wrong goes to standard error.
"""

import io
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import Any

from embeddings.confined import allow
from embeddings.lifeline import hold
from embeddings.tables.naming import MAX_COLUMNS

MEMORY = 2**30  # bytes
SECONDS = 30  # of the processor, for the next rows
ROWS = 1_000  # held at a time
REFUSED = 3  # the exit status with which standard error has why

_MAX_GROUP = 2 * 2**30  # bytes of a part of the file that is unpacked together
_SMALL_GROUP = 64 * 2**20  # likewise, of which nobody asks from how few it comes
_MAX_RATIO = 100  # of what is unpacked to the file, as it is; texts that come again are there once
_MAX_BATCH = 256 * 2**20  # bytes of the rows that are held
_BUFFER = 2**20


class _Refused(Exception):
    """The file breaks a rule."""


def main() -> None:
    """Write the rows of the file that is standard input; the first argument is of the lifeline."""
    hold(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pyarrow as pa
    import pyarrow.parquet as pq

    allow(MEMORY)
    number = 1
    try:
        for batch in _batches(pa, pq):
            number += batch
    except _Refused as error:
        _end(str(error))
    except MemoryError:
        os._exit(1)
    except BrokenPipeError:
        os._exit(0)  # nobody wants more
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        what = f"is damaged behind row {number}" if number > 1 else "is no whole Parquet file"
        _end(f"{what}: {error}")
    os._exit(0)  # at once: what a damaged file has left behind is not tidied up


def _batches(pa: Any, pq: Any) -> Iterator[int]:
    """Write the rows in batches; yield how many of each."""
    _more_time()
    file = _Standing(sys.stdin.fileno())
    size = file.seek(0, os.SEEK_END)
    schema = pq.read_schema(file)
    # A text that a thousand rows share is held once: a few bytes may stand for gigabytes.
    shared = [each.name for each in schema if each.type in (pa.string(), pa.binary())]
    table = pq.ParquetFile(file, read_dictionary=shared, buffer_size=_BUFFER)
    _check_sizes(table.metadata, size)
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema_arrow) as writer:
        sys.stdout.buffer.flush()
        for batch in table.iter_batches(ROWS, use_threads=False):
            if batch.nbytes > _MAX_BATCH:
                raise _Refused(f"has more than {_MAX_BATCH >> 20} MiB in {ROWS} rows")
            writer.write_batch(batch)
            sys.stdout.buffer.flush()
            _more_time()
            yield len(batch)
    sys.stdout.buffer.flush()


def _check_sizes(metadata: Any, packed: int) -> None:
    """Refuse what unpacks to more than a table has, before any of it is. Raises: _Refused."""
    if metadata.num_columns > MAX_COLUMNS:
        raise _Refused(f"has {metadata.num_columns} columns; a table has at most {MAX_COLUMNS}")
    # Not by column: asking a damaged file for those ends the process within the library.
    for number in range(metadata.num_row_groups):
        size = metadata.row_group(number).total_byte_size
        if size > _MAX_GROUP:
            raise _Refused(f"has {size} bytes of rows in one piece; at most {_MAX_GROUP}")
        if size > max(_SMALL_GROUP, packed * _MAX_RATIO):
            raise _Refused(
                f"unpacks from {packed} bytes to {size} of rows in one piece; more than "
                f"{_SMALL_GROUP >> 20} MiB are at most {_MAX_RATIO} times as much as the file"
            )


class _Standing(io.RawIOBase):
    """A file read at places of our own: whoever has opened it may read it meanwhile."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begins = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}
        begin = begins.get(whence)
        self._at = offset + (os.fstat(self._descriptor).st_size if begin is None else begin)
        return self._at

    def readinto(self, target: Any) -> int:
        data = os.pread(self._descriptor, len(target), self._at)
        target[: len(data)] = data
        self._at += len(data)
        return len(data)


def _more_time() -> None:
    # Time spent waiting does not count: a busy machine ends no honest file.
    signal.setitimer(signal.ITIMER_PROF, SECONDS)


def _end(why: str) -> None:
    os.write(sys.stderr.fileno(), why.encode("utf-8", "replace")[:4000])
    os._exit(REFUSED)


if __name__ == "__main__":
    main()
