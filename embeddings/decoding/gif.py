"""Reads a GIF's blocks up to its first frame, and leaves only that for the decoder."""

import struct

from embeddings.decoding.facts import QUICK_BYTES, Facts, NeedsThoroughLook, cut_short, damaged

_HEADER_BYTES = 13
_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_CONTROL = 0xF9  # says which colour is clear
_QUICK_BYTES = QUICK_BYTES // 4  # its blocks may be of one byte each


def look_at_gif(data: bytes, thorough: bool) -> Facts:
    """Find the first frame; comments and later frames are passed over.

    Raises:
        UnreadablePhoto: there is no frame.
        NeedsThoroughLook: not `thorough`, and the file is large.
    """
    if len(data) < _HEADER_BYTES:
        raise cut_short("GIF")
    if not thorough and len(data) > _QUICK_BYTES:
        raise NeedsThoroughLook
    at = _HEADER_BYTES + _table_bytes(data[10])
    kept = [data[:at]]
    control = b""
    while True:
        if at + 1 >= len(data) or data[at] == _END:
            raise cut_short("GIF")
        if data[at] == _EXTENSION:
            end = _after_blocks(data, at + 2)
            if data[at + 1] == _CONTROL and end <= len(data):
                control = data[at:end]
            at = end
        elif data[at] == _FRAME:
            break
        else:
            at += 1  # what belongs to nothing is passed over, as decoders do
    if at + 11 > len(data):
        raise cut_short("GIF")
    left, top, width, height, flags = struct.unpack_from("<4HB", data, at + 1)
    begin = at + 10 + _table_bytes(flags) + 1
    end = _after_blocks(data, begin)
    if begin >= len(data):
        raise cut_short("GIF")
    screen = struct.unpack_from("<HH", data, 6)
    size = max(screen[0], left + width), max(screen[1], top + height)
    if not width or not height:
        raise damaged("GIF", "its first frame is empty")
    kept += [control, data[at:end], b"\0;" if end > len(data) else b";"]
    return Facts("GIF", size, b"".join(kept), pixel_bytes=3)


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Pass over blocks of data up to the empty one that ends them; past the end if none does."""
    length = len(data)
    while at < length:
        size = data[at]
        at += size + 1
        if not size:
            return at
    return length + 1
