"""Reads a PNG's chunks, and leaves only the picture for the decoder.

What a PNG says beside its pixels is often wrong: a check sum of software that edited a text, a
gamma of two bytes, half a megabyte of packed notes. Browsers pass all that over; so do we, by
handing no such chunk to the decoder (https://www.w3.org/TR/png-3/).
"""

import struct
import zlib
from dataclasses import dataclass, field

from embeddings.decoding.coding_points import colours_of_gamma, colours_of_points
from embeddings.decoding.exif import orientation_of
from embeddings.decoding.facts import (
    LARGEST_PROFILE,
    QUICK_BYTES,
    QUICK_PARTS,
    QUICK_PROFILE,
    Colours,
    Facts,
    NeedsThoroughLook,
    cut_short,
    damaged,
)
from embeddings.errors import UnreadablePhoto

MAX_CHUNKS = 100_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FIRST = 33  # where the header has ended
_END = b"\0\0\0\0IEND\xaeB`\x82"
_SIZE_AND_KIND = struct.Struct(">I4s")
_HEADER = struct.Struct(">IIBB")
_NEEDED = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_TOLD = frozenset((b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf", b"tRNS"))
_GREY, _COLOUR, _PALETTE = 0, 2, 3


@dataclass(slots=True)
class _Found:
    """What was found on the way through a file."""

    kept: list[bytes] = field(default_factory=list)
    told: dict[bytes, bytes] = field(default_factory=dict)  # metadata that is whole
    palette: int = 0  # colours in it
    data_seen: bool = False


def look_at_png(data: bytes, thorough: bool) -> Facts:
    """Read a PNG's chunks.

    Raises:
        UnreadablePhoto: it has no picture, or more chunks than any honest one.
        NeedsThoroughLook: not `thorough`, and it is large, or in many pieces.
    """
    if len(data) < _FIRST + 12:
        raise cut_short("PNG")
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise damaged("PNG", "it does not begin with its header")
    if len(data) > QUICK_BYTES and not thorough:
        raise NeedsThoroughLook
    width, height, depth, kind = _HEADER.unpack_from(data, 16)
    per_pixel = (2 if depth == 16 else 1) if kind in (_GREY, _PALETTE) else 4
    if _is_bare(data):
        return Facts("PNG", (width, height), data, pixel_bytes=per_pixel)
    found = _Found()
    _read_chunks(data, found, thorough, kind)
    if not found.data_seen:
        raise cut_short("PNG")
    return Facts(
        "PNG",
        (width, height),
        b"".join((_SIGNATURE, *found.kept)),
        orientation_of(found.told.get(b"eXIf")),
        _colours(found.told, thorough),
        per_pixel,
    )


def _is_bare(data: bytes) -> bool:
    """Return whether a PNG is only a picture, in one piece: true of most small ones, and quick."""
    size, kind = _SIZE_AND_KIND.unpack_from(data, _FIRST)
    return kind == b"IDAT" and data[_FIRST + 12 + size :] == _END


def _read_chunks(data: bytes, found: _Found, thorough: bool, colour: int) -> None:
    at, count, most = 8, 0, MAX_CHUNKS if thorough else QUICK_PARTS
    length = len(data)
    while at + 12 <= length:
        size, kind = _SIZE_AND_KIND.unpack_from(data, at)
        end = at + 12 + size
        count += 1
        if count > most:
            if not thorough:
                raise NeedsThoroughLook
            raise UnreadablePhoto(
                f"a PNG picture has at most {MAX_CHUNKS} chunks, this one has more"
            )
        if kind in _NEEDED:
            if end > length:
                break
            _keep(data, at, end, kind, found)
            if kind == b"IEND":
                return
        elif kind in _TOLD and end <= length:
            _tell(data, at, end, kind, found, colour)
        at = end
    _mend_end(data, at, found)


def _keep(data: bytes, at: int, end: int, kind: bytes, found: _Found) -> None:
    if kind == b"IHDR" and at > 8:
        raise damaged("PNG", "it has two headers")
    if kind == b"PLTE":
        found.palette = (end - at - 12) // 3
    elif kind == b"IDAT":
        found.data_seen = True
    found.kept.append(data[at:end])


def _tell(data: bytes, at: int, end: int, kind: bytes, found: _Found, colour: int) -> None:
    """Take what a chunk of metadata says, if it is whole and makes sense."""
    content = data[at + 8 : end - 4]
    if kind in found.told or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(
        data[end - 4 : end], "big"
    ):
        return
    if kind != b"tRNS":
        found.told[kind] = content
        return
    sensible = {
        _GREY: len(content) == 2,
        _COLOUR: len(content) == 6,
        _PALETTE: 0 < len(content) <= found.palette,
    }
    if sensible.get(colour) and not found.data_seen:
        found.told[kind] = content
        found.kept.append(data[at:end])


def _mend_end(data: bytes, at: int, found: _Found) -> None:
    """Give a file that has no end one; whether its rows are all there, the decoder finds."""
    if at + 8 < len(data) and data[at + 4 : at + 8] == b"IDAT":
        rest = data[at + 8 :]
        (size,) = struct.unpack_from(">I", data, at)
        rest = rest[:size]
        found.kept.append(_chunk(b"IDAT", rest))
        found.data_seen = True
    found.kept.append(_END)


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _colours(told: dict[bytes, bytes], thorough: bool) -> Colours | None:
    """Return what the numbers mean: the first of cICP, iCCP, sRGB and gAMA that makes sense."""
    points = told.get(b"cICP", b"")
    if len(points) == 4:
        return colours_of_points(points[0], points[1])
    profile = _unpacked(told.get(b"iCCP", b""), LARGEST_PROFILE if thorough else QUICK_PROFILE)
    if profile is None and not thorough:
        raise NeedsThoroughLook
    if profile:
        return Colours(profile)
    gamma, primaries = told.get(b"gAMA", b""), told.get(b"cHRM", b"")
    if len(told.get(b"sRGB", b"")) == 1 or len(gamma) != 4:
        return None
    numbers = struct.unpack(">8I", primaries) if len(primaries) == 32 else None
    return colours_of_gamma(int.from_bytes(gamma, "big"), numbers)


def _unpacked(chunk: bytes, most: int) -> bytes | None:
    """Unpack a profile; empty where there is none, None where it has more than `most` bytes."""
    name, _, packed = chunk.partition(b"\0")
    if not 1 <= len(name) <= 79 or packed[:1] != b"\0":
        return b""
    try:
        profile = zlib.decompressobj().decompress(packed[1:], most + 1)
    except zlib.error:
        return b""
    return None if len(profile) > most else profile
