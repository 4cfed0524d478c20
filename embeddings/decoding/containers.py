"""Reads what WebP, HEIC, AVIF and BMP say in their headers; their decoders do the rest."""

import struct
from collections.abc import Iterator

from embeddings.decoding.coding_points import colours_of_points
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
from embeddings.decoding.signatures import is_cut_short
from embeddings.errors import UnreadablePhoto

# Measured, with a little to spare; see docs/limits.md.
_WEBP_PIXEL_BYTES = 17.0
_AVIF_PIXEL_BYTES = 14.0
_BMP_UNPACKED = (0, 3, 6)  # compressions that are none; the others are run lengths
_BMP_CORE_HEADER = 12
MAX_PACKED_BMP_BYTES = 1024 * 1024  # Pillow unpacks run lengths in Python


def look_at_webp(data: bytes, thorough: bool) -> Facts:
    """Read a WebP's size, profile and EXIF (RFC 9649).

    Pillow makes room for the whole canvas several times as soon as it opens one, so its size has
    to be known before.

    Raises:
        UnreadablePhoto: the header makes no sense.
        NeedsThoroughLook: not `thorough`, and the file is large.
    """
    if not thorough and len(data) > QUICK_BYTES:
        raise NeedsThoroughLook
    size = _webp_size(data)
    if size is None:
        raise cut_short("WEBP") if len(data) < 30 else damaged("WEBP", "its header makes no sense")
    profile, exif = b"", b""
    if data[12:16] == b"VP8X":
        for count, (kind, content) in enumerate(_riff_chunks(data)):
            if not thorough and (count > QUICK_PARTS or kind == b"ANMF"):
                raise NeedsThoroughLook
            if kind == b"ICCP":
                profile = profile or bytes(content)
            elif kind == b"EXIF":
                exif = exif or bytes(content)
    if len(profile) > QUICK_PROFILE and not thorough:
        raise NeedsThoroughLook
    known = Colours(profile) if 0 < len(profile) <= LARGEST_PROFILE else None
    if _lacks_padding(data):
        data += b"\0"
    return Facts("WEBP", size, data, orientation_of(exif), known, _WEBP_PIXEL_BYTES)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        canvas = data[24:30]
        return 1 + int.from_bytes(canvas[:3], "little"), 1 + int.from_bytes(canvas[3:], "little")
    if kind == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(data) >= 25:
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _lacks_padding(data: bytes) -> bool:
    """Return whether all that a file lacks is the byte behind a last chunk of odd length."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size
        if at == len(data):
            return size % 2 == 1
        at += size % 2
    return False


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    at, view = 12, memoryview(data)
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, view[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def look_at_bmp(data: bytes, thorough: bool) -> Facts:
    """Read a bitmap's size.

    Raises:
        UnreadablePhoto: the header is cut short.
        NeedsThoroughLook: not `thorough`, and it is large, or packed.
    """
    if len(data) < 34:
        raise cut_short("BMP")
    (header,) = struct.unpack_from("<I", data, 14)
    form = "<HH" if header == _BMP_CORE_HEADER else "<ii"
    width, height = struct.unpack_from(form, data, 18)
    (packing,) = struct.unpack_from("<I", data, 30)
    packed = header != _BMP_CORE_HEADER and packing not in _BMP_UNPACKED
    if packed and len(data) > MAX_PACKED_BMP_BYTES:
        raise UnreadablePhoto(f"a packed BMP picture has at most {MAX_PACKED_BMP_BYTES} bytes")
    if not thorough and (packed or len(data) > 4 * QUICK_BYTES):
        raise NeedsThoroughLook
    # A height below 0 means that the top row comes first.
    return Facts("BMP", (abs(width), abs(height)), data, pixel_bytes=6 if packed else 4)


def look_at_avif(data: bytes, thorough: bool) -> Facts:
    """Read an AVIF's size and code points. Raises as `look_at_webp`."""
    if not thorough:
        raise NeedsThoroughLook
    size, points = (0, 0), None
    for path, begin, end in _boxes(data, 0, len(data)):
        if path == b"ispe" and end - begin >= 12:
            width, height = struct.unpack_from(">II", data, begin + 4)
            size = max(size, (width, height), key=lambda each: each[0] * each[1])
        elif path == b"colr" and data[begin : begin + 4] == b"nclx" and points is None:
            points = struct.unpack_from(">HH", data, begin + 4) if end - begin >= 8 else None
    if not all(size):
        raise cut_short("AVIF") if is_cut_short(data, "AVIF") else damaged("AVIF", "it has no size")
    known = None if points is None else colours_of_points(*points)
    return Facts("AVIF", size, data, colours=known, pixel_bytes=_AVIF_PIXEL_BYTES)


_HOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes of boxes, with what stands before those
_MOST_BOXES = 10_000


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the boxes of an ISO media file that say something of a picture."""
    count = 0
    waiting = [(at, end)]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end and count < _MOST_BOXES:
            count += 1
            size, kind = struct.unpack_from(">I4s", data, at)
            begin = at + 8
            if size == 1 and at + 16 <= end:
                (size,) = struct.unpack_from(">Q", data, begin)
                begin += 8
            size = size or end - at
            if size < begin - at or at + size > end:
                break
            if kind in _HOLDERS:
                waiting.append((begin + _HOLDERS[kind], at + size))
            else:
                yield kind, begin, at + size
            at += size
