"""Keeps an index on disk to spare a rebuild; a file that is not wholly right is never used."""

import hashlib
import json
import os
import stat
import struct
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from embeddings.errors import StaleSnapshot
from embeddings.search.vector_index import IndexKind, Sink, VectorIndex

# The file: magic, length of the header, header as JSON, the index, SHA-256 of all before.
_MAGIC = b"LKSNAP1\n"
_START = struct.Struct("<8sI4x")
_DIGEST_SIZE = 32


@dataclass(frozen=True, slots=True)
class SnapshotHeader:
    """What an index was made of."""

    fingerprint: str  # of the bundle whose embeddings it holds
    catalogue: str  # the identity of the catalogue it is a view of
    change: int  # number of the last change that it has applied
    mark: int  # of that change: the same number in another past has another
    count: int  # vectors


def save_snapshot(path: Path, index: VectorIndex, header: SnapshotHeader) -> None:
    """Write a snapshot that `path` holds either wholly or not at all, even after a power cut.

    Raises:
        ValueError: the header's count is not the index's.
    """
    if header.count != len(index):
        raise ValueError(f"a header counts its vectors: {header.count}, not {len(index)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps(asdict(header)).encode()
    told += b" " * (-len(told) % 8)  # so that the vectors behind it lie aligned
    _sweep(path)
    beside = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            hashed = _HashingFile(file)
            hashed.write(_START.pack(_MAGIC, len(told)))
            hashed.write(told)
            index.write_to(hashed)
            file.write(hashed.digest())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _fsync_folder(path.parent)


def load_snapshot(
    path: Path, kind: IndexKind, *, fingerprint: str, catalogue: str, dim: int
) -> tuple[VectorIndex, SnapshotHeader]:
    """Read a snapshot of this model and this catalogue, as an index of this kind.

    Raises:
        StaleSnapshot: it is missing, torn or changed, or of another model or catalogue.
    """
    try:
        data = memoryview(_read_regular(path))
    except OSError as error:
        raise StaleSnapshot(f"{path} cannot be read: {error}") from error
    header, body = _parse(path, data)
    if header.fingerprint != fingerprint:
        raise StaleSnapshot(f"{path} is of the model {header.fingerprint}, not {fingerprint}")
    if header.catalogue != catalogue:
        raise StaleSnapshot(f"{path} is of the catalogue {header.catalogue}, not {catalogue}")
    index = kind.read(body)
    if (index.dim, len(index)) != (dim, header.count):
        raise StaleSnapshot(
            f"{path} holds {len(index)} x {index.dim}, expected {header.count} x {dim}"
        )
    return index, header


def _read_regular(path: Path) -> bytes:
    """Read a file, and nothing that may never end: no pipe, no device. Raises: OSError."""
    # Opening a pipe would wait for somebody to write to it.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no regular file")
        return file.read(found.st_size)


def _parse(path: Path, data: memoryview) -> tuple[SnapshotHeader, memoryview]:
    if len(data) < _START.size + _DIGEST_SIZE or data[: len(_MAGIC)] != _MAGIC:
        raise StaleSnapshot(f"{path} is no snapshot, or its beginning is torn")
    body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
    if hashlib.sha256(body).digest() != digest:
        raise StaleSnapshot(f"{path} is torn or was changed: its checksum is another")
    _, length = _START.unpack_from(data)
    try:
        header = SnapshotHeader(**json.loads(bytes(body[_START.size : _START.size + length])))
    except (ValueError, TypeError) as error:
        raise StaleSnapshot(f"{path} has a header of another version: {error}") from error
    return header, body[_START.size + length :]


class _HashingFile:
    """Passes on what is written and keeps its SHA-256."""

    def __init__(self, file: Sink) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: bytes | memoryview) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def digest(self) -> bytes:
        return self._hash.digest()


def _sweep(path: Path) -> None:
    """Delete what a killed process left of its snapshots; those of the last hour may live."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - 3600:
                left.unlink()


def _fsync_folder(folder: Path) -> None:
    """Make a rename in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
