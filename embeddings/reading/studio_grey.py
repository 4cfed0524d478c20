"""The framing 'studio-grey': a garment as Fashion-MNIST's authors framed theirs.

Their steps, from section 2 of https://arxiv.org/abs/1708.07747: trim what is close to the
background's colour, resize the longest side to 28 by leaving out pixels, sharpen with a Gaussian
of radius and standard deviation 1.0, square, negate, turn grey. Theirs were studio pictures of 73
pixels on white; ours may lie on a floor or a bed, so the garment is first cut from what is behind.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from embeddings.model.bundle import InputSpec
from embeddings.reading.cutout import garment_alpha
from embeddings.types import Photo, Pixels

_THUMBNAIL = 73 / 28  # the authors' pictures were 73 pixels high before they skipped pixels
_MARGIN = 0.5  # alpha above which a pixel counts as garment when trimming


def frame_studio_grey(photo: Photo, spec: InputSpec) -> Pixels:
    """Cut, trim, shrink, sharpen, square, negate: `(height, width, 1)`, garment light on black.

    A grey photo of exactly that size is one of the data set's own and passes unchanged.
    """
    pixels = photo.pixels
    if pixels.shape[:2] == (spec.height, spec.width) and _is_grey(pixels):
        return pixels[:, :, :1]
    grey, alpha = _on_white(pixels)
    top, bottom, left, right = _bounds(alpha > _MARGIN)
    shrunk = _shrink(grey.crop((left, top, right, bottom)), spec)
    sharp = sharpen(np.asarray(shrunk, dtype=np.float32))
    canvas = np.zeros((spec.height, spec.width, 1), dtype=np.uint8)
    height, width = sharp.shape
    y, x = (spec.height - height) // 2, (spec.width - width) // 2
    canvas[y : y + height, x : x + width, 0] = 255 - np.rint(sharp).astype(np.uint8)
    return canvas


def sharpen(grey: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Sharpen `(h, w)` in 0..255 by a Gaussian of radius and standard deviation 1.0.

    The kernel is the negated 3x3 Gaussian with its centre at twice the sum, scaled to sum 1.
    """
    around = np.exp(-0.5 * np.array([[2, 1, 2], [1, 0, 1], [2, 1, 2]], dtype=np.float32))
    kernel = -around
    kernel[1, 1] = 2 * around.sum()
    kernel /= kernel.sum()
    height, width = grey.shape
    padded = np.pad(grey, 1, constant_values=255)  # what lies around is background, so white
    sharp = np.zeros_like(grey)
    for y in range(3):
        for x in range(3):
            sharp += kernel[y, x] * padded[y : y + height, x : x + width]
    return sharp.clip(0, 255)


def _is_grey(pixels: Pixels) -> bool:
    # For so few pixels bytes are quicker than arrays.
    values = pixels.tobytes()
    return values[::3] == values[1::3] == values[2::3]


def _on_white(pixels: Pixels) -> tuple[Image.Image, npt.NDArray[np.float32]]:
    """Lay the garment on white; gives it grey, and its alpha `(h, w)` in 0..1."""
    image = Image.fromarray(pixels)
    image.thumbnail((512, 512), Image.Resampling.BOX, reducing_gap=2.0)
    alpha = garment_alpha(np.asarray(image))
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    laid = grey * alpha + 255 * (1 - alpha)
    return Image.fromarray(np.rint(laid).astype(np.uint8)), alpha


def _bounds(mask: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return (top, bottom, left, right) of what is set; everything where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, mask.shape[0], 0, mask.shape[1]
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _shrink(grey: Image.Image, spec: InputSpec) -> Image.Image:
    """Resize to fit the network's size: smoothly to a thumbnail, then by leaving out pixels."""
    scale = min(spec.width / grey.width, spec.height / grey.height)
    width = max(1, min(spec.width, round(grey.width * scale)))
    height = max(1, min(spec.height, round(grey.height * scale)))
    if scale * _THUMBNAIL < 1:
        thumbnail = (round(width * _THUMBNAIL), round(height * _THUMBNAIL))
        grey = grey.resize(thumbnail, Image.Resampling.LANCZOS)
    return grey.resize((width, height), Image.Resampling.NEAREST)
