"""The colours that the garment network names, and what a shop's own words for them allow."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

COLOURS = (
    "black",
    "white",
    "grey",
    "beige",
    "brown",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "navy",
    "purple",
    "pink",
    "multicolour",
)

_SHOP: Mapping[str, tuple[str, ...]] = {
    "Black": ("black",),
    "White": ("white",),
    "Off White": ("white", "beige"),
    "Cream": ("beige", "white"),
    "Grey": ("grey",),
    "Grey Melange": ("grey",),
    "Charcoal": ("grey", "black"),
    # A metal's tone is the grey, the brown or the yellow that a shopper would call it.
    "Silver": ("grey",),
    "Steel": ("grey",),
    "Metallic": ("grey",),
    "Gold": ("yellow", "beige", "brown"),
    "Copper": ("brown", "orange"),
    "Bronze": ("brown",),
    "Beige": ("beige",),
    "Nude": ("beige",),
    "Skin": ("beige",),
    "Taupe": ("grey", "brown", "beige"),
    "Khaki": ("beige", "green", "brown"),
    "Tan": ("brown", "beige"),
    "Brown": ("brown",),
    "Coffee Brown": ("brown",),
    "Red": ("red",),
    "Maroon": ("red",),
    "Burgundy": ("red",),
    "Rust": ("red", "orange", "brown"),
    "Orange": ("orange",),
    "Peach": ("orange", "pink", "beige"),
    "Yellow": ("yellow",),
    "Mustard": ("yellow",),
    "Green": ("green",),
    "Olive": ("green",),
    "Fluorescent Green": ("green",),
    "Sea Green": ("green",),
    "Teal": ("green", "blue"),
    "Turquoise Blue": ("blue", "green"),
    "Blue": ("blue",),
    "Navy Blue": ("navy",),
    "Purple": ("purple",),
    "Lavender": ("purple",),
    "Mauve": ("purple", "pink"),
    "Magenta": ("pink", "purple"),
    "Pink": ("pink",),
    "Multi": ("multicolour",),
}


def of_shop(base_colour: str) -> npt.NDArray[np.bool_]:
    """Return the colours `(len(COLOURS),)` that a shop's word allows; none where it is unknown."""
    row = np.zeros(len(COLOURS), dtype=np.bool_)
    row[[COLOURS.index(name) for name in _SHOP.get(base_colour, ())]] = True
    return row
