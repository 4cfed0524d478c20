"""Brings a photo into the shape that a network wants, as the makers of its data set did."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embeddings.bundle import InputSpec
from embeddings.errors import BadBundle
from embeddings.square_colour import frame_square_colour
from embeddings.studio_grey import frame_studio_grey
from embeddings.types import Photo, Pixels

FRAMINGS: dict[str, tuple[int, Callable[[Photo, InputSpec], Pixels]]] = {
    "studio-grey": (1, frame_studio_grey),
    "square-colour": (3, frame_square_colour),
}
"""Each framing by its name, with the number of channels that it gives."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a photo, in fractions of its width and height from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        sides = (self.x, self.y, self.width, self.height)
        inside = all(0 <= side <= 1 for side in sides)  # also refuses NaN
        # A hair over the edge is what rounding in a browser leaves.
        if not inside or self.x + self.width > 1.001 or self.y + self.height > 1.001:
            raise ValueError(f"a box lies within 0..1 of a photo, got {sides}")
        if self.width == 0 or self.height == 0:
            raise ValueError(f"a box has a width and a height above 0, got {sides}")


def check_framing(spec: InputSpec) -> None:
    """Check that we know a network's framing and that its channels agree. Raises: BadBundle."""
    if spec.framing not in FRAMINGS:
        raise BadBundle(f"a framing is one of {', '.join(FRAMINGS)}; got '{spec.framing}'")
    channels, _ = FRAMINGS[spec.framing]
    if spec.channels != channels:
        raise BadBundle(f"framing '{spec.framing}' gives {channels} channels, not {spec.channels}")


def frame(photo: Photo, spec: InputSpec) -> Pixels:
    """Frame a photo as `spec` asks: `(height, width, channels)`, uint8, C-contiguous.

    Raises:
        BadBundle: the framing is unknown, or gives another number of channels.
    """
    check_framing(spec)
    _, make = FRAMINGS[spec.framing]
    return np.ascontiguousarray(make(photo, spec))


def crop(photo: Photo, box: Box) -> Photo:
    """Cut a part out of a photo; at least one pixel is left."""
    height, width, _ = photo.pixels.shape
    left = min(int(box.x * width), width - 1)
    top = min(int(box.y * height), height - 1)
    right = max(left + 1, round((box.x + box.width) * width))
    bottom = max(top + 1, round((box.y + box.height) * height))
    return Photo(np.ascontiguousarray(photo.pixels[top:bottom, left:right]))
