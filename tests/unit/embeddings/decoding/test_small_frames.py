"""A GIF whose first frame is smaller than its screen."""

import struct

import numpy as np
import pytest
from PIL import Image

from embeddings.photos.photo import open_photo
from tests.pictures import encoded

RED, WHITE = (180, 60, 60), (255, 255, 255)
SCREEN, FRAME = (64, 48), (32, 24)


def small_frame(at, **options):
    """Give a GIF with a red frame, of which nothing is clear, at a place of a larger screen."""
    image = Image.new("RGB", FRAME, RED).convert("P", palette=Image.Palette.ADAPTIVE)
    data = bytearray(encoded(image, "GIF", **options))
    begin = data.index(b"\x2c" + bytes(4) + struct.pack("<HH", *FRAME))
    data[6:10] = struct.pack("<HH", *SCREEN)
    data[begin + 1 : begin + 5] = struct.pack("<HH", *at)
    return bytes(data)


@pytest.mark.parametrize("at", [(0, 0), (16, 10), (32, 24)])
def test_what_a_frame_leaves_free_is_white(at):
    expected = np.full((SCREEN[1], SCREEN[0], 3), WHITE, np.uint8)
    expected[at[1] : at[1] + FRAME[1], at[0] : at[0] + FRAME[0]] = RED

    pixels = open_photo(small_frame(at)).pixels

    assert np.abs(pixels.astype(int) - expected).max() <= 3


def test_it_is_white_in_a_reduced_picture_too():
    pixels = open_photo(small_frame((0, 0)), useful_side=16).pixels

    assert tuple(pixels[-1, -1]) == WHITE
    assert np.abs(pixels[1, 1].astype(int) - RED).max() <= 3
