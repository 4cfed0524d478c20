"""The held-out pictures are the same for ever, as many of each label, and never fitted on."""

import numpy as np

from training.data.split import held_out_rows, split

LABELS = np.repeat(np.arange(4), 50)


def test_as_many_of_each_label_are_held_out():
    rows = held_out_rows(LABELS, 7)

    assert np.bincount(LABELS[rows]).tolist() == [7, 7, 7, 7]


def test_the_same_are_held_out_each_time():
    np.testing.assert_array_equal(held_out_rows(LABELS, 9), held_out_rows(LABELS.copy(), 9))


def test_fewer_held_out_are_some_of_the_more():
    assert set(held_out_rows(LABELS, 3)) < set(held_out_rows(LABELS, 20))


def test_no_held_out_picture_is_fitted_on_and_none_is_lost():
    images = np.arange(200, dtype=np.uint8).reshape(200, 1, 1)

    data = split(images, LABELS, ("a", "b", "c", "d"), 10)

    fitted, held = set(data.images.ravel().tolist()), set(data.held_out_images.ravel().tolist())
    assert fitted & held == set()
    assert fitted | held == set(range(200))
    assert data.images.shape == (160, 1, 1, 1)
    np.testing.assert_array_equal(data.labels, LABELS[data.images.ravel()])
