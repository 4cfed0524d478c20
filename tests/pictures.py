"""One real picture of every kind that people send, made on the spot."""

import io
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image, ImageCms


def scene(width: int = 48, height: int = 36) -> Image.Image:
    """Make a smooth picture: red grows to the right, green downwards, a blue square within."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[..., 0] = 255 * x // max(1, width - 1)
    pixels[..., 1] = 255 * y // max(1, height - 1)
    pixels[height // 3 : height // 2, width // 3 : width // 2] = (20, 20, 230)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Encode a picture as Pillow's format `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def heic(image: Image.Image, **options: object) -> bytes:
    """Encode a picture as phones do."""
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=80, **options)
    return file.getvalue()


def grey_16(values: np.ndarray) -> Image.Image:
    """Make a picture of 16-bit greys."""
    return Image.fromarray(values.astype(np.uint16))


def exif_with_orientation(orientation: int) -> Image.Exif:
    """Make EXIF that says how the camera was held, and where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A secret camera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    return exif


def srgb_profile() -> bytes:
    """Give the ICC profile that most software embeds."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def good_pictures() -> dict[str, bytes]:
    """Give a whole picture of every format and mode that we read, by a speaking name."""
    image = scene()
    grey, palette = image.convert("L"), image.convert("P", palette=Image.Palette.ADAPTIVE)
    clear = image.copy()
    clear.putalpha(grey)
    frames = [image.rotate(90 * turn) for turn in range(1, 4)]
    animated = {"save_all": True, "append_images": frames, "duration": 50}
    ramp = grey_16(np.linspace(0, 65535, 48 * 36).reshape(36, 48))
    return {
        "jpeg": encoded(image, "JPEG"),
        "jpeg grey": encoded(grey, "JPEG"),
        "jpeg cmyk": encoded(image.convert("CMYK"), "JPEG"),
        "jpeg progressive": encoded(image, "JPEG", progressive=True),
        "jpeg with exif": encoded(image, "JPEG", exif=exif_with_orientation(6)),
        "jpeg with profile": encoded(image, "JPEG", icc_profile=srgb_profile()),
        "jpeg of several frames": encoded(image, "MPO", save_all=True, append_images=frames),
        "png": encoded(image, "PNG"),
        "png 1-bit": encoded(image.convert("1"), "PNG"),
        "png grey": encoded(grey, "PNG"),
        "png grey alpha": encoded(clear.convert("LA"), "PNG"),
        "png alpha": encoded(clear, "PNG"),
        "png palette": encoded(palette, "PNG"),
        "png palette alpha": encoded(palette, "PNG", transparency=bytes(range(200))),
        "png 16-bit": encoded(ramp, "PNG"),
        "png with exif": encoded(image, "PNG", exif=exif_with_orientation(3)),
        "png animated": encoded(image, "PNG", **animated),
        "gif": encoded(palette, "GIF"),
        "gif clear": encoded(palette, "GIF", transparency=3),
        "gif animated": encoded(image, "GIF", **animated),
        "webp": encoded(image, "WEBP"),
        "webp lossless": encoded(image, "WEBP", lossless=True),
        "webp alpha": encoded(clear, "WEBP"),
        "webp animated": encoded(image, "WEBP", **animated),
        "bmp": encoded(image, "BMP"),
        "bmp palette": encoded(palette, "BMP"),
        "bmp 1-bit": encoded(image.convert("1"), "BMP"),
        "avif": encoded(image, "AVIF"),
        "avif alpha": encoded(clear, "AVIF"),
        "heic": heic(image),
        "heic alpha": heic(clear),
    }


@cache
def refused_files() -> dict[str, bytes]:
    """Give whole files of formats that we do not read."""
    image = scene()
    return {
        "tiff": encoded(image, "TIFF"),
        "ico": encoded(image, "ICO"),
        "ppm": encoded(image, "PPM"),
        "tga": encoded(image, "TGA"),
        "jpeg 2000": encoded(image, "JPEG2000"),
        "pdf": encoded(image, "PDF"),
        "eps": encoded(image, "EPS"),
        "sgi": encoded(image, "SGI"),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><svg>&a;</svg>',
        "psd": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x10\0\0\0\x10\0\x08\0\3" + bytes(200),
        "zip": b"PK\3\4" + bytes(60),
        "text": b"This is not a picture.",
        "html": b"<!doctype html><script>alert(1)</script>",
        "json": b'{"photo": "none"}',
        "zeros": bytes(1000),
        "nothing": b"",
        "one byte": b"\xff",
    }
