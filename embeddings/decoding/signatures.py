"""Tells a picture's format by its first bytes, and whether its file was cut short."""

import struct

from embeddings.errors import UnreadablePhoto

READ = "JPEG, PNG, WebP, HEIC, AVIF, GIF and BMP"

_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
)
_REFUSED = (
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "an icon file"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"PK\3\4", "a ZIP archive"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML file"),
)
_LEADS = (b"\xef", b"\r", b"\n", b"\t", b" ")
_LONGEST_LEAD = 64
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def without_lead(data: bytes) -> bytes:
    """Leave out the byte order mark and the blanks that a script has put before a picture."""
    if data[:1] not in _LEADS:
        return data
    start = len(data[:_LONGEST_LEAD]) - len(data[:_LONGEST_LEAD].lstrip(b"\xef\xbb\xbf\r\n\t "))
    return data[start:]


def format_of(data: bytes) -> str:
    """Name the format of a picture file, by the name that Pillow knows it by, such as `JPEG`.

    Raises:
        UnreadablePhoto: the first bytes are those of no format that we read.
    """
    for start, name in _STARTS:
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        major, others = data[8:12], data[16:64]
        brands = {major, *(others[at : at + 4] for at in range(0, len(others), 4))}
        # A phone's AVIF may call itself 'mif1' first, so its brand counts wherever it stands.
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            return "HEIF"
    for start, what in _REFUSED:
        if data.lstrip()[: len(start)].lower() == start.lower():
            raise UnreadablePhoto(f"this is {what}; we read {READ}")
    what = "an empty file" if not data else "not a picture in a format that we know"
    raise UnreadablePhoto(f"this is {what}; we read {READ}")


def is_cut_short(data: bytes, name: str) -> bool:
    """Return whether a file of this format ends before it says it does; for a better message."""
    if name == "JPEG":
        return b"\xff\xd9" not in data[-64:]
    if name == "PNG":
        return b"IEND" not in data[-64:]
    if name == "GIF":
        return not data.rstrip(b"\0").endswith(b";")
    if name in ("WEBP", "BMP"):
        at, beside = (4, 8) if name == "WEBP" else (2, 0)
        return len(data) < beside + int.from_bytes(data[at : at + 4], "little")
    return _boxes_overrun(data)


def _boxes_overrun(data: bytes) -> bool:
    """Return whether the last top-level box of an ISO media file reaches past its end."""
    at = 0
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if size < 8:  # 0 means 'to the end'; 2 to 7 mean nothing
            return False
        at += size
    return at > len(data)
