"""The views of a picture: moved by a pixel or not, mirrored or not, never anything else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.views.augment import Shifter

PICTURES = arrays(np.uint8, (3, 5, 4, 2))


def moved_by_hand(picture, down, right, flipped):
    """Move slowly: `down` and `right` may be negative."""
    height, width, _ = picture.shape
    result = np.zeros_like(picture)
    for y in range(height):
        for x in range(width):
            if 0 <= y + down < height and 0 <= x + right < width:
                result[y, x] = picture[y + down, x + right]
    return result[:, ::-1] if flipped else result


@given(pictures=PICTURES, down=st.integers(-2, 2), right=st.integers(-2, 2), flipped=st.booleans())
def test_a_view_is_the_picture_moved_and_mirrored(pictures, down, right, flipped):
    shifter = Shifter(pictures, shift=2)
    view = (flipped * 5 + down + 2) * 5 + right + 2

    told = shifter.take(np.array([1]), np.array([view]))

    np.testing.assert_array_equal(told[0], moved_by_hand(pictures[1], down, right, flipped))


@given(pictures=PICTURES)
def test_without_a_shift_there_are_the_picture_and_its_mirror_image(pictures):
    shifter = Shifter(pictures, shift=0)

    told = shifter.take(np.array([2, 2]), np.array([0, 1]))

    assert shifter.num_views == 2
    np.testing.assert_array_equal(told[0], pictures[2])
    np.testing.assert_array_equal(told[1], pictures[2][:, ::-1])


def test_the_pictures_given_stay_as_they_are():
    pictures = np.full((2, 3, 3, 1), 9, dtype=np.uint8)

    told = Shifter(pictures, shift=1).take(np.array([0, 1]), np.array([0, 17]))
    told[:] = 1

    assert (pictures == 9).all()
