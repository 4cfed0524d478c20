"""Brings a photo into the shape that a network wants, as the makers of its data set did."""

from collections.abc import Callable

import numpy as np

from embeddings.errors import BadBundle
from embeddings.model.bundle import InputSpec
from embeddings.reading.square_colour import frame_square_colour
from embeddings.reading.studio_grey import frame_studio_grey
from embeddings.types import Photo, Pixels

USEFUL_SIDE = 512
"""Pixels of a photo's longest side; no framing looks closer."""

FRAMINGS: dict[str, tuple[int, Callable[[Photo, InputSpec], Pixels]]] = {
    "studio-grey": (1, frame_studio_grey),
    "square-colour": (3, frame_square_colour),
}
"""Each framing by its name, with the number of channels that it gives."""


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
