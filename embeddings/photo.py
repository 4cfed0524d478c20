"""The one way in for pictures: bytes of a stranger become a Photo, or one kind of error."""

import io
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from embeddings.colour import plain_mode, to_srgb
from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.signatures import format_of, is_cut_short, webp_size
from embeddings.types import Photo, Pixels

_ORIENTATION = 0x0112  # the EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DECODERS = r"PIL\.|pillow_heif"
_QUIET = ("ignore", None, Warning, re.compile(_DECODERS), 0)
_WHERE_ORIENTATION_IS = {"exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"}


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """How much of a picture we are willing to read."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 40_000_000  # Pillow itself stops at 178 million


DEFAULT_LIMITS = PhotoLimits()


def open_photo(
    source: bytes | BinaryIO,
    limits: PhotoLimits = DEFAULT_LIMITS,
    useful_side: int | None = None,
) -> Photo:
    """Decode a picture: the first frame, upright, in sRGB, alpha laid on white.

    With `useful_side` a larger picture comes back with that longest side, and a large JPEG is
    decoded at a fraction of its size, which is several times faster.

    Raises:
        PhotoTooLarge: there are more bytes or pixels than `limits` allow; nothing was decoded.
        UnreadablePhoto: the bytes are not a whole picture of a format that we read.
    """
    data = _read(source, limits.max_bytes)
    name = format_of(data)
    _hush_pillow()
    try:
        return Photo(_decode(data, name, limits.max_pixels, useful_side))
    except UnreadablePhoto:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(f"a picture has at most {limits.max_pixels} pixels") from error
    except Exception as error:
        # Decoders of seven formats meet bytes that anyone may have made up: besides OSError they
        # raise SyntaxError, struct.error, ValueError, IndexError, RuntimeError, MemoryError...
        raise UnreadablePhoto(_reason(data, name, error)) from error


def _read(source: bytes | BinaryIO, max_bytes: int) -> bytes:
    data = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise PhotoTooLarge(f"a picture has at most {max_bytes} bytes, this one has more")
    return data


def _decode(data: bytes, name: str, max_pixels: int, useful_side: int | None) -> Pixels:
    if name == "WEBP":
        _check_size(webp_size(data) or (1, 1), max_pixels)
    if name == "HEIF":
        _register_heif()
    with Image.open(io.BytesIO(data), formats=(name,)) as image:
        _check_size(image.size, max_pixels)
        side = min(useful_side or max_pixels, max(image.size))
        if name == "JPEG" and side < max(image.size):
            share = side / max(image.size)
            image.draft(None, (int(image.width * share), int(image.height * share)))
        image.load()
        info = image.info
        upright = _turn_upright(image)
    plain = plain_mode(upright)
    if side < max(plain.size):
        plain.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if plain.mode == "L" and "icc_profile" not in info:
        grey = np.asarray(plain)
        return np.repeat(grey[:, :, None], 3, axis=2)
    return np.ascontiguousarray(to_srgb(plain, info.get("icc_profile")))


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise UnreadablePhoto(f"a picture has at least one pixel, this one is {width} x {height}")
    if width * height > max_pixels:
        raise PhotoTooLarge(
            f"a picture has at most {max_pixels} pixels, this one is {width} x {height}"
        )


def _turn_upright(image: Image.Image) -> Image.Image:
    if not _WHERE_ORIENTATION_IS & image.info.keys():
        return image
    try:
        turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # Metadata that makes no sense says nothing; the picture is whole.
        return image
    return image if turn is None else image.transpose(turn)


def _reason(data: bytes, name: str, error: Exception) -> str:
    kind = {"WEBP": "WebP", "HEIF": "HEIC"}.get(name, name)
    if is_cut_short(data, name) or "truncated" in str(error).lower():
        return f"the {kind} picture is cut short: its file ends before the picture does"
    if isinstance(error, UnidentifiedImageError) or not str(error).strip():
        return f"the {kind} picture is damaged: its header makes no sense"
    return f"the {kind} picture is damaged: {str(error).strip().splitlines()[0][:120]}"


@cache
def _register_heif() -> None:
    # Here and not above: loading libheif takes 30 ms that few processes need.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _hush_pillow() -> None:
    """Keep Pillow's warnings about a stranger's bytes out of our log: the error says it all.

    `warnings.catch_warnings` would do it for a block, but not while other threads run.
    """
    if _QUIET not in warnings.filters[:1]:
        warnings.filterwarnings("ignore", module=_DECODERS)
