"""Reads the files inside Qt's binary resources (.rcc), in which one package keeps its photos."""

import struct
import zlib
from collections.abc import Iterator

from training.errors import BadData

MAX_FILES = 100_000
MAX_FILE_BYTES = 64 * 1024 * 1024
_COMPRESSED, _FOLDER, _ZSTD = 1, 2, 4  # flags of an entry


def read_rcc(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of every file, in the order of the file's own tree.

    Files packed with Zstandard are passed over: pictures are stored as they are.

    Raises:
        BadData: the bytes are no such resource, or it is damaged.
    """
    try:
        yield from _walk(content)
    except (struct.error, zlib.error, UnicodeDecodeError) as error:
        raise BadData(f"a Qt resource is damaged: {error}") from error


def _walk(content: bytes) -> Iterator[tuple[str, bytes]]:
    magic, version, tree, data, names = struct.unpack_from(">4s4I", content)
    if magic != b"qres":
        raise BadData(f"a Qt resource begins with 'qres', this begins with {magic!r}")
    entry_bytes = 22 if version >= 2 else 14  # since version 2 with the time of the last change
    waiting = [(0, "")]
    for _ in range(MAX_FILES):
        if not waiting:
            return
        number, above = waiting.pop()
        at = tree + number * entry_bytes
        name_at, flags = struct.unpack_from(">IH", content, at)
        path = f"{above}/{_name(content, names + name_at)}" if number else ""
        if flags & _FOLDER:
            count, first = struct.unpack_from(">2I", content, at + 6)
            if count > MAX_FILES:
                raise BadData(f"a Qt resource has at most {MAX_FILES} files, a folder has {count}")
            waiting += [(child, path) for child in reversed(range(first, first + count))]
        elif not flags & _ZSTD:
            (place,) = struct.unpack_from(">I", content, at + 10)
            yield path.lstrip("/"), _file(content, data + place, bool(flags & _COMPRESSED))
    raise BadData(f"a Qt resource has at most {MAX_FILES} files")


def _name(content: bytes, at: int) -> str:
    (length,) = struct.unpack_from(">H", content, at)  # then 4 bytes of a hash
    return content[at + 6 : at + 6 + 2 * length].decode("utf-16-be")


def _file(content: bytes, at: int, compressed: bool) -> bytes:
    (size,) = struct.unpack_from(">I", content, at)
    stored = content[at + 4 : at + 4 + size]
    if len(stored) != size:
        raise BadData(f"a Qt resource ends within a file of {size} bytes")
    if not compressed:
        return stored
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(stored[4:], MAX_FILE_BYTES)  # 4 bytes hold the size unpacked
    if unpacker.unconsumed_tail:
        raise BadData(f"a file in a Qt resource has at most {MAX_FILE_BYTES} bytes")
    return plain
