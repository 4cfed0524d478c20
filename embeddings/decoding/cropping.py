"""Parts of a photo: a box in fractions, and where it lies in a picture that is held any way."""

from dataclasses import dataclass

import numpy as np

from embeddings.types import Photo


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

    def within(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in a picture of `size`; at least one pixel is left."""
        width, height = size
        left = min(int(self.x * width), width - 1)
        top = min(int(self.y * height), height - 1)
        right = min(width, max(left + 1, round((self.x + self.width) * width)))
        bottom = min(height, max(top + 1, round((self.y + self.height) * height)))
        return left, top, right, bottom

    def as_stored(self, orientation: int) -> "Box":
        """Return this part of an upright picture as it lies in the file, held as EXIF says."""
        if self is WHOLE or not 2 <= orientation <= 8:
            return self
        x, y, width, height = self.x, self.y, self.width, self.height
        right, bottom = max(0.0, 1 - x - width), max(0.0, 1 - y - height)
        across = right if orientation in (2, 3, 6, 7) else x
        down = bottom if orientation in (3, 4, 7, 8) else y
        if orientation < 5:
            return Box(across, down, width, height)
        return Box(down, across, height, width)


def box_from_text(text: str) -> Box:
    """Read `x,y,width,height`. Raises: ValueError."""
    numbers = text.split(",")
    if len(numbers) != 4:
        raise ValueError(f"a box is x,y,width,height in fractions of a photo, got '{text[:80]}'")
    return Box(*map(float, numbers))


WHOLE = Box(0, 0, 1, 1)


def crop(photo: Photo, box: Box) -> Photo:
    """Cut a part out of a decoded photo; at least one pixel is left."""
    height, width, _ = photo.pixels.shape
    left, top, right, bottom = box.within((width, height))
    return Photo(np.ascontiguousarray(photo.pixels[top:bottom, left:right]))
