"""Reads HEIC through libheif: its size and colours at first, its pixels in bands."""

import io
from typing import Any

from PIL import Image

from embeddings.decoding.coding_points import colours_of_points
from embeddings.decoding.facts import LARGEST_PROFILE, Colours, Facts, NeedsThoroughLook

# Bytes that libheif holds for a pixel of eight bits, and of more; measured, with some to spare.
_PIXEL_BYTES = {420: (5.5, 8.5)}
_FULL_PIXEL_BYTES = 9.5, 15.5  # of every other kind
_ALPHA_BYTES = 2.5, 4.0


def look_at_heif(data: bytes, thorough: bool) -> Facts:
    """Read a HEIC's size and colours; nothing is decoded.

    Raises:
        NeedsThoroughLook: not `thorough`; no HEIC is decoded in the service's own process.
        Exception: libheif's own, for bytes that make no sense to it.
    """
    if not thorough:
        raise NeedsThoroughLook
    image = _primary(data)
    info = image.info
    profile, points = info.get("icc_profile"), info.get("nclx_profile")
    known = None
    if profile and len(profile) <= LARGEST_PROFILE and info.get("icc_profile_type") != "nclx":
        known = Colours(bytes(profile))
    elif points:
        known = colours_of_points(points["color_primaries"], points["transfer_characteristics"])
    deep = info.get("bit_depth", 8) > 8
    per_pixel = _PIXEL_BYTES.get(info.get("chroma", 0), _FULL_PIXEL_BYTES)[deep]
    per_pixel += _ALPHA_BYTES[deep] if image.has_alpha else 0
    return Facts("HEIF", image.size, data, colours=known, pixel_bytes=per_pixel)


def open_heif(data: bytes) -> "HeifBands":
    """Decode a HEIC; it comes upright, for how it was held is part of the format."""
    image = _primary(data)
    return HeifBands(image.size, image.mode, image.data, image.stride)


class HeifBands:
    """A decoded HEIC of which bands of rows are taken, so that it is never held twice."""

    def __init__(self, size: tuple[int, int], mode: str, data: bytes, stride: int) -> None:
        self.size = size
        self.mode = mode
        self._rows = memoryview(data)
        self._stride = stride

    def band(self, top: int, bottom: int) -> Image.Image:
        """Return the rows from `top` to before `bottom`."""
        rows = self._rows[top * self._stride : bottom * self._stride]
        size = (self.size[0], bottom - top)
        image = Image.frombytes(self.mode, size, rows, "raw", self.mode, self._stride)
        return image.convert("RGBA") if self.mode == "RGBa" else image


def _primary(data: bytes) -> Any:
    # Here and not above: loading libheif takes 30 ms that few processes need.
    import pillow_heif

    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    return file[file.primary_index]
