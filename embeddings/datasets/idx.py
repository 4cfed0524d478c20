"""Reads the IDX format of MNIST's files (http://yann.lecun.com/exdb/mnist/)."""

import gzip
from pathlib import Path

import numpy as np

from embeddings.errors import DatasetUnavailable
from embeddings.types import Pixels

# Type 8 is unsigned byte, the only one that the MNIST family uses.
UNSIGNED_BYTE = 8


def read_content(path: Path, limit: int) -> bytes:
    """Return a file's bytes, unpacked if its name ends in .gz.

    Raises:
        DatasetUnavailable: it cannot be read, or holds more than `limit` bytes.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            # One byte more than allowed is enough to know; a gzip bomb is not unpacked.
            content = file.read(limit + 1)
    except (OSError, EOFError, ValueError) as error:
        raise DatasetUnavailable(f"{path} cannot be read: {error}") from error
    if len(content) > limit:
        raise DatasetUnavailable(f"{path} holds more than the {limit} bytes it should")
    return content


def parse(content: bytes) -> Pixels:
    """Turn the content of an IDX file of bytes into an array of the shape it states.

    Raises:
        DatasetUnavailable: the header is not IDX, or the length is not the one it states.
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        raise DatasetUnavailable(f"not an IDX file of bytes: it begins with {content[:4]!r}")
    header = 4 + 4 * content[3]
    shape = tuple(int(size) for size in np.frombuffer(content[4:header], dtype=">u4"))
    if len(content) - header != int(np.prod(shape)):
        raise DatasetUnavailable(
            f"an IDX file of shape {shape} must hold {int(np.prod(shape))} values, "
            f"this one holds {len(content) - header}"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)
