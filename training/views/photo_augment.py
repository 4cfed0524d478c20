"""Views of a photo as other people might have taken it: moved, turned, in other light."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from embeddings.types import Pixels

# What Rec. 601 weighs the channels by, as Pillow does for its grey pictures.
_LUMA = np.array([0.299, 0.587, 0.114])
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class ViewRanges:
    """How far a view may lie from the photo; each number is drawn anew for each view."""

    zoom: tuple[float, float] = (0.8, 1.4)  # 1: the framed photo fills the view exactly
    stretch: float = 0.15  # of width against height, either way
    turn_degrees: float = 12.0  # the spread of a normal distribution
    quarter_turn: float = 0.1  # how often a photo is laid on its side
    shift: float = 0.12  # of a side, either way
    light: float = 0.3  # brightness and contrast, either way
    colour: float = 0.3  # saturation, either way
    tint: float = 0.08  # each channel against the others, either way
    grey: float = 0.1  # how often all colour is taken away
    blur: float = 0.1  # how often a photo is out of focus
    erase: float = 0.2  # how often a part is covered


PLAIN = ViewRanges(
    zoom=(0.95, 1.25), stretch=0.05, turn_degrees=3, quarter_turn=0, shift=0.08,
    light=0.1, colour=0.1, tint=0, grey=0, blur=0, erase=0,
)  # fmt: skip


def draw_view(
    framed: Pixels, height: int, width: int, ranges: ViewRanges, rng: np.random.Generator
) -> Pixels:
    """Draw one view `(height, width, 3)` of a framed photo of about the same shape.

    Frame the photo a little larger than the view: what is resampled once stays sharp.
    """
    picture = Image.fromarray(framed).transform(
        (width, height),
        Image.Transform.AFFINE,
        _where_pixels_come_from(framed.shape[:2], (height, width), ranges, rng),
        Image.Resampling.BILINEAR,
        fillcolor=_WHITE,
    )
    picture = picture.convert("RGB", _other_light(ranges, rng))
    if rng.random() < ranges.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
    view = np.array(picture)
    if rng.random() < ranges.erase:
        _cover_a_part(view, rng)
    return view


def _where_pixels_come_from(
    source: tuple[int, ...],
    target: tuple[int, int],
    ranges: ViewRanges,
    rng: np.random.Generator,
) -> tuple[float, ...]:
    """Return Pillow's six numbers: a place in the source for each place in the view."""
    low, high = np.log(ranges.zoom)
    zoom = np.exp(rng.uniform(low, high))
    stretch = np.exp(rng.uniform(-ranges.stretch, ranges.stretch) / 2)
    angle = np.deg2rad(rng.normal(0, ranges.turn_degrees))
    if rng.random() < ranges.quarter_turn:
        angle += rng.choice([-1, 1]) * np.pi / 2
    mirror = rng.choice([-1.0, 1.0])
    per_pixel = np.array([source[1] / target[1], source[0] / target[0]]).mean() / zoom
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([mirror / stretch, stretch]) * per_pixel
    shift = rng.uniform(-ranges.shift, ranges.shift, 2) * (source[1], source[0])
    centre = np.array([source[1], source[0]]) / 2 + shift
    start = centre - matrix @ (np.array([target[1], target[0]]) / 2)
    return (*matrix[0], start[0], *matrix[1], start[1])


def _other_light(ranges: ViewRanges, rng: np.random.Generator) -> tuple[float, ...]:
    """Return Pillow's twelve numbers of a change of colours: brightness, contrast, saturation."""
    contrast = 1 + rng.uniform(-ranges.light, ranges.light)
    brightness = 1 + rng.uniform(-ranges.light, ranges.light)
    kept = 0.0 if rng.random() < ranges.grey else 1 + rng.uniform(-ranges.colour, ranges.colour)
    tints = 1 + rng.uniform(-ranges.tint, ranges.tint, 3)
    saturate = kept * np.eye(3) + (1 - kept) * _LUMA
    matrix = contrast * brightness * (tints[:, None] * saturate)
    offset = 127.5 * (1 - contrast)  # contrast spreads the values about the middle
    return tuple(float(x) for row in matrix for x in (*row, offset))


def _cover_a_part(view: Pixels, rng: np.random.Generator) -> None:
    """Cover a rectangle of up to a sixth of the view with one colour."""
    height, width, _ = view.shape
    sides: npt.NDArray[np.float64] = rng.uniform(0.15, 0.4, 2)
    tall, wide = int(sides[0] * height), int(sides[1] * width)
    top, left = rng.integers(0, height - tall), rng.integers(0, width - wide)
    view[top : top + tall, left : left + wide] = rng.integers(0, 256, 3)
