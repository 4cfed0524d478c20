"""Reads a JPEG's segments: its size, its scans, and what decoding them takes.

A progressive JPEG may repeat a scan of a dozen bytes as often as it likes, and each of them costs
a pass over the whole picture. libjpeg-turbo leaves the limit to the application, so scans are
counted, without decoding any, before a decoder sees the file.
"""

import re
import struct
from dataclasses import dataclass, field

from embeddings.decoding.exif import orientation_of
from embeddings.decoding.facts import (
    LARGEST_PROFILE,
    QUICK_BYTES,
    QUICK_PARTS,
    QUICK_PIXELS,
    QUICK_PROFILE,
    Colours,
    Facts,
    NeedsThoroughLook,
    cut_short,
    damaged,
)
from embeddings.errors import UnreadablePhoto

MAX_SEGMENTS = 10_000
MAX_SCANS = 100
MAX_SCAN_SAMPLES = 1_000_000_000  # over all scans together: about two seconds
_QUICK_SCAN_SAMPLES = 40_000_000  # a tenth of a second
_QUICK_ONE_SCAN_BYTES = 16 * 1024 * 1024
# A marker in the coded data; 0xFF00 is a coded 0xFF, 0xFFD0 to 0xFFD7 are restarts. It is looked
# for in one window after another, so that other threads come in between.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_NO_FILL = re.compile(rb"[^\xff]")
_WINDOW = 256 * 1024
_EOI, _SOS = 0xD9, 0xDA
_JFIF, _EXIF, _ICC, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = (0xC0, 0xC1)  # Huffman-coded
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_TABLES = (0xC4, 0xCC, 0xDB, 0xDD)
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD9)))
_PROFILE_START = b"ICC_PROFILE\0"
_UNSEEN = 99


@dataclass(slots=True)
class _Found:
    """What was found on the way through a file."""

    process: int = 0  # the second byte of the frame's marker
    size: tuple[int, int] = (0, 0)
    components: int = 0
    samples: dict[int, int] = field(default_factory=dict)  # by the id of a component
    exif: bytes | None = None
    profile: dict[int, bytes] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)  # the segments that a decoder needs
    segments: int = 0
    scans: int = 0
    scan_samples: int = 0
    # How many bits of each coefficient have not come yet, by component.
    open_bits: dict[int, list[int]] = field(default_factory=dict)


def look_at_jpeg(data: bytes, thorough: bool) -> Facts:
    """Read a JPEG's segments, and count its scans where it may have more than one.

    Raises:
        UnreadablePhoto: it has no picture, or more segments or scans than any honest one.
        NeedsThoroughLook: not `thorough`, and its cost is not small or not told by a short look.
    """
    found = _Found()
    first = _read_header(data, found, thorough)
    one_scan = found.process in _SEQUENTIAL and data[first + 4] == found.components
    if not thorough:
        limit = _QUICK_ONE_SCAN_BYTES if one_scan else QUICK_BYTES
        if len(data) > limit or found.components not in (1, 3):
            raise NeedsThoroughLook
    samples = sum(found.samples.values())
    if not one_scan:
        _read_scans(data, first, found)
        heavy = samples > 3 * 4 * QUICK_PIXELS or found.scan_samples > _QUICK_SCAN_SAMPLES
        if heavy and not thorough:
            raise NeedsThoroughLook
    profile = b"".join(found.profile[number] for number in sorted(found.profile))
    if len(profile) > (LARGEST_PROFILE if thorough else QUICK_PROFILE):
        if not thorough:
            raise NeedsThoroughLook
        profile = b""
    return Facts(
        "JPEG",
        found.size,
        b"".join((b"\xff\xd8", *found.kept, data[first:])) if thorough else data,
        orientation_of(found.exif),
        Colours(profile) if profile else None,
        # A decoder that gets several scans holds two bytes for each sample till the last is there.
        pixel_bytes=0 if one_scan else 2 * samples / max(1, found.size[0] * found.size[1]),
        shrinks=True,
        complete=one_scan or not any(map(any, found.open_bits.values())),
    )


def _read_header(data: bytes, found: _Found, thorough: bool) -> int:
    """Read all segments before the first scan; gives where that begins."""
    at = 2
    while True:
        at, marker, end = _segment(data, at, thorough)
        if marker == _EOI or end > len(data):
            raise cut_short("JPEG")
        _count_segment(found, thorough)
        if marker == _SOS:
            if not found.components:
                raise damaged("JPEG", "it has no frame header before its data")
            if end - at < 6:
                raise damaged("JPEG", "the header of its data is too short")
            return at
        if marker in _FRAMES:
            _read_frame(data[at:end], marker, found)
        elif marker == _EXIF and found.exif is None and data.startswith(b"Exif\0\0", at + 4):
            found.exif = data[at + 4 : end]
        elif marker == _ICC and data.startswith(_PROFILE_START, at + 4) and end > at + 18:
            found.profile.setdefault(data[at + 16], data[at + 18 : end])
        if marker in _FRAMES or marker in _TABLES or marker in (_JFIF, _ADOBE):
            found.kept.append(data[at:end])
        at = end


def _segment(data: bytes, at: int, thorough: bool) -> tuple[int, int, int]:
    """Find the next segment: where its marker stands, which it is, and where it ends."""
    while True:
        # What stands before a marker is passed over, as decoders do.
        match = _MARKER.search(data, at, at + _WINDOW)
        if match is None:
            if at + _WINDOW >= len(data):
                return at, _EOI, len(data) + 1
            if not thorough:
                raise NeedsThoroughLook
            at += _WINDOW - 1
            continue
        at = match.start()
        marker = data[at + 1]
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        if marker == _EOI:
            return at, marker, at + 2
        if at + 4 > len(data):
            return at, _EOI, len(data) + 1
        (length,) = struct.unpack_from(">H", data, at + 2)
        return at, marker, at + 2 + max(2, length)


def _count_segment(found: _Found, thorough: bool) -> None:
    found.segments += 1
    if not thorough and found.segments > QUICK_PARTS:
        raise NeedsThoroughLook
    if found.segments > MAX_SEGMENTS:
        raise UnreadablePhoto(f"a JPEG picture has at most {MAX_SEGMENTS} segments, this has more")


def _read_frame(segment: bytes, marker: int, found: _Found) -> None:
    if found.components:
        raise damaged("JPEG", "it has two frame headers")
    if len(segment) < 10 or len(segment) < 10 + 3 * segment[9] or not segment[9]:
        raise damaged("JPEG", "its frame header is too short")
    height, width = struct.unpack_from(">HH", segment, 5)
    parts = [segment[10 + 3 * n : 13 + 3 * n] for n in range(segment[9])]
    factors = [(part[0], part[1] >> 4, part[1] & 15) for part in parts]
    across, down = max(h for _, h, _ in factors), max(v for _, _, v in factors)
    if min(min(h, v) for _, h, v in factors) < 1:
        raise damaged("JPEG", "a component has no samples")
    found.process, found.size, found.components = marker, (width, height), len(parts)
    for id_, h, v in factors:  # an id should be there once, and decoders bear it twice
        samples = -(-width * h // across) * -(-height * v // down)
        found.samples[id_] = found.samples.get(id_, 0) + samples
        found.open_bits[id_] = [_UNSEEN] * 64


def _read_scans(data: bytes, at: int, found: _Found) -> None:
    """Read the headers of all scans, and pass over their data."""
    marker = _SOS
    while marker != _EOI:
        if marker == _SOS:
            at = _read_scan(data, at, found)
        at, marker, end = _segment(data, at, thorough=True)
        _count_segment(found, thorough=True)
        if marker != _SOS:
            at = end


def _read_scan(data: bytes, at: int, found: _Found) -> int:
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    header = data[at + 4 : at + 2 + length]
    count = header[0] if header else 0
    if len(header) < 4 + 2 * count or not count:
        return at + 2 + max(2, length)  # decoders stop here
    first, last, bits = header[1 + 2 * count : 4 + 2 * count]
    for id_ in header[1 : 1 + 2 * count : 2]:
        found.scan_samples += found.samples.get(id_, 0)
        if id_ in found.open_bits and found.process in _PROGRESSIVE:
            until = min(last, 63) + 1
            found.open_bits[id_][first:until] = [bits & 15] * max(0, until - first)
        elif id_ in found.open_bits:
            found.open_bits[id_] = [0] * 64
    found.scans += 1
    if found.scans > MAX_SCANS:
        raise UnreadablePhoto(f"a JPEG picture has at most {MAX_SCANS} scans, this one has more")
    if found.scan_samples > MAX_SCAN_SAMPLES:
        width, height = found.size
        raise UnreadablePhoto(
            f"the scans of this JPEG cover its {width} x {height} pixels too often: together they "
            f"have at most {MAX_SCAN_SAMPLES} samples"
        )
    return at + 2 + length
