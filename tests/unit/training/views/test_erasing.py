"""A part of a picture is erased: a rectangle, of some pictures, differently each time."""

import numpy as np

from training.views.erasing import AREA, erase

PICTURES = np.full((400, 28, 28, 1), 77, dtype=np.uint8)


def erased_places(share):
    changed = erase(PICTURES, share, np.random.default_rng(5)) != 77
    return changed[..., 0]


def test_as_many_pictures_are_erased_as_was_asked_for():
    assert not erased_places(0.0).any()
    assert erased_places(1.0).any(axis=(1, 2)).all()
    assert 140 < erased_places(0.5).any(axis=(1, 2)).sum() < 260


def test_what_is_erased_is_a_rectangle_of_the_size_that_was_published():
    sizes = []
    for changed in erased_places(1.0):
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        box = changed[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        sizes.append(box.size)
        assert box.mean() > 0.9  # noise may happen to be of the old colour

    low, high = (share * 28 * 28 for share in AREA)
    assert low * 0.6 < min(sizes) < low * 3
    assert high * 0.7 < max(sizes) < high * 1.2


def test_every_place_is_erased_at_times():
    assert erased_places(1.0).any(axis=0).all()


def test_the_pictures_given_are_not_changed():
    before = PICTURES.copy()

    erase(PICTURES, 1.0, np.random.default_rng(0))

    np.testing.assert_array_equal(PICTURES, before)


def test_a_picture_of_one_row_can_be_erased():
    thin = np.zeros((20, 1, 9, 3), dtype=np.uint8)

    assert erase(thin, 1.0, np.random.default_rng(0)).shape == thin.shape
