"""Brings a decoded picture to eight-bit sRGB on white, whatever its mode and colour profile."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from embeddings.decoding.facts import LARGEST_PROFILE, Colours

_NO_CACHE = ImageCms.Flags.NOCACHE  # several threads share one transform
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_SAME = 2  # steps of 255 by which a profile may differ from sRGB and still be taken for it


def plain_mode(image: Image.Image) -> Image.Image:
    """Bring a picture to one of the modes L, LA, RGB, RGBA and CMYK, its colours unchanged."""
    if image.mode.startswith("I"):
        return _from_16_bit(image)
    key = image.info.get("transparency")
    if isinstance(key, tuple) and max(key) > 255:  # 16-bit colour, of which Pillow keeps 8 bits
        image.info["transparency"] = tuple(value >> 8 for value in key)
    if image.mode in ("P", "PA", "1", "L", "RGB") and (key is not None or image.mode == "PA"):
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def to_srgb(image: Image.Image, colours: Colours | None) -> Image.Image:
    """Turn a picture of a plain mode into RGB: its profile applied, its alpha laid on white.

    A profile that is broken, or of another colour space than the picture, is ignored, as web
    browsers do. One that changes next to nothing is sRGB, whatever it is called.
    """
    alpha = None
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if colours is not None and len(colours.profile) <= LARGEST_PROFILE:
        if colours.made and image.mode == "L":
            image = image.convert("RGB")
        transform = _build_transform(colours.profile, image.mode)
        if transform is not None:
            image = ImageCms.applyTransform(image, transform) or image
    if image.mode != "RGB":
        image = image.convert("RGB")
    if alpha is not None:
        on_white = Image.new("RGB", image.size, "white")
        on_white.paste(image, mask=alpha)
        return on_white
    return image


def _from_16_bit(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.uint32)
    grey = ((values * 255 + 32767) // 65535).clip(0, 255).astype(np.uint8)  # rounded, not cut
    scaled = Image.fromarray(grey)
    key = image.info.get("transparency")
    if isinstance(key, int):
        scaled.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return scaled


@lru_cache(maxsize=8)  # a shop's pictures come from few cameras, and building one takes a while
def _build_transform(profile: bytes, mode: str) -> Any:
    """Build the way from a profile to sRGB; None where there is nothing to do, or no way."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        srgb = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, srgb, mode, "RGB", flags=_NO_CACHE)
        return None if _changes_nothing(transform, mode) else transform
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, MemoryError):
        return None


def _changes_nothing(transform: Any, mode: str) -> bool:
    """Return whether a transform leaves a picture of many colours as good as it is."""
    if mode not in _PROBES:
        return False
    probe = Image.fromarray(_PROBES[mode])
    found = np.asarray(ImageCms.applyTransform(probe, transform)).astype(int)
    return bool(np.abs(found - np.asarray(probe.convert("RGB"))).max() <= _SAME)


def _probes() -> dict[str, npt.NDArray[np.uint8]]:
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    return {"L": np.arange(256, dtype=np.uint8)[np.newaxis], "RGB": cube}


_PROBES = _probes()
