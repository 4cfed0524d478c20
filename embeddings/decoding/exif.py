"""How a camera was held, as EXIF says it; nothing else of EXIF is looked at."""

import struct

_ORIENTATION = 0x0112
_SHORT, _LONG = 3, 4
UPRIGHT = 1


def orientation_of(exif: bytes | None) -> int:
    """Return the orientation, 1 to 8, of an EXIF block; 1 where it says nothing sensible.

    Browsers turn a picture by this tag alone. XMP has one of the same name, which editors leave
    behind when they have turned the pixels themselves.
    """
    if not exif:
        return UPRIGHT
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return UPRIGHT
    (at,) = struct.unpack_from(order + "I", block, 4)
    if at + 2 > len(block):
        return UPRIGHT
    (count,) = struct.unpack_from(order + "H", block, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", block, entry)
        if tag == _ORIENTATION:
            form = {_SHORT: "H", _LONG: "I"}.get(kind)
            value = struct.unpack_from(order + form, block, entry + 8)[0] if form else UPRIGHT
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
