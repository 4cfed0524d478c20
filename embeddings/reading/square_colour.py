"""The framing 'square-colour': the whole photo, fitted in and padded with white."""

import numpy as np
from PIL import Image

from embeddings.model.bundle import InputSpec
from embeddings.types import Photo, Pixels

_WHITE = 255  # what shops photograph on, so the padding carries on their background


def frame_square_colour(photo: Photo, spec: InputSpec) -> Pixels:
    """Fit the whole photo into `(height, width, 3)`, keeping its shape, centred on white."""
    height, width, _ = photo.pixels.shape
    if (height, width) == (spec.height, spec.width):
        return photo.pixels
    scale = min(spec.height / height, spec.width / width)
    fitted_width = max(1, min(spec.width, round(width * scale)))
    fitted_height = max(1, min(spec.height, round(height * scale)))
    fitted = Image.fromarray(photo.pixels).resize(
        (fitted_width, fitted_height), Image.Resampling.BICUBIC, reducing_gap=3.0
    )
    canvas = np.full((spec.height, spec.width, 3), _WHITE, dtype=np.uint8)
    left, top = (spec.width - fitted_width) // 2, (spec.height - fitted_height) // 2
    canvas[top : top + fitted_height, left : left + fitted_width] = np.asarray(fitted)
    return canvas
