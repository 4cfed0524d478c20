"""What was read of pictures so far, in files that only grow: whoever was interrupted goes on there.

`records.jsonl` has a line a picture, in order; `embeddings.f16` has as many vectors, and `<n>.jpg`
is a small picture of the nth. The line is written last, so what has one is whole.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from embeddings.types import Vectors
from service.outputs import written_beside
from service.tables.record_files import Value

Record = Mapping[str, Value]
_RECORDS, _VECTORS, _MODEL, _NEAR = "records.jsonl", "embeddings.f16", "model", "near.json"


class Journal:
    """The journal of one folder; close it."""

    def __init__(self, folder: Path, fingerprint: str, dim: int) -> None:
        """Go on with what is there, if the same model made it; else begin anew."""
        self._folder, self._dim = folder, dim
        if _said(folder / _MODEL) != fingerprint:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MODEL).write_text(fingerprint)
        self.count, whole = _whole_lines(folder / _RECORDS)
        self._records = _opened(folder / _RECORDS, whole)
        self._vectors = _opened(folder / _VECTORS, self.count * dim * 2)

    def add(self, record: Record, embedding: Vectors | None, small: bytes | None) -> None:
        """Write down the next picture; None of what could not be read."""
        if small is not None:
            small_of(self._folder, self.count).write_bytes(small)
        vector = np.zeros(self._dim) if embedding is None else embedding
        self._vectors.write(np.asarray(vector, "<f2").tobytes())
        self._records.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        self.count += 1

    def flush(self) -> None:
        """See to it that a process that is killed leaves what was added."""
        self._vectors.flush()  # a vector without a line is cut off again, and not the reverse
        self._records.flush()

    def close(self) -> None:
        """Flush, and let go of the files."""
        self.flush()
        self._vectors.close()
        self._records.close()


def records_in(folder: Path, first: int = 0, last: int | None = None) -> Iterator[Record]:
    """Read the records from the one numbered `first`, to before `last`."""
    try:
        with (folder / _RECORDS).open("rb") as file:
            for line in islice(file, first, last):
                if line.endswith(b"\n"):
                    yield json.loads(line)
    except FileNotFoundError:
        return


def vectors_in(folder: Path, dim: int) -> npt.NDArray[np.float16]:
    """Map the embeddings (n, dim) into memory; of what could not be read they are 0."""
    if not (folder / _VECTORS).stat().st_size:
        return np.zeros((0, dim), np.float16)
    return np.memmap(folder / _VECTORS, np.dtype("<f2"), "r").reshape(-1, dim)


def keep_near(folder: Path, near: Mapping[int, int]) -> None:
    """Keep of which picture the first like it is which, by their numbers."""
    names = [str(record["path"]) for record in records_in(folder)]
    told = {number: names[first] for number, first in near.items()}
    with written_beside(folder / _NEAR) as beside:
        beside.write_text(json.dumps(told))


def near_in(folder: Path) -> dict[int, str]:
    """Read the name of the first picture like each that shows what one before it shows."""
    told = _said(folder / _NEAR)
    return {} if told is None else {int(n): str(name) for n, name in json.loads(told).items()}


def small_of(folder: Path, number: int) -> Path:
    """Return where the small picture of a number lies."""
    return folder / f"{number}.jpg"


def _said(path: Path) -> str | None:
    try:
        return path.read_text()
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _whole_lines(path: Path) -> tuple[int, int]:
    """Count the lines that are whole, and their bytes."""
    number = size = 0
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                number, size = number + 1, size + len(line)
    return number, size


def _opened(path: Path, size: int) -> BinaryIO:
    """Open a file to be added to behind so many bytes."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, size)
    os.lseek(descriptor, size, os.SEEK_SET)
    return os.fdopen(descriptor, "wb")
