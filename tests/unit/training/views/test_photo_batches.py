"""Batches repeat themselves, and show rare categories as often as asked."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

from training.views.photo_augment import PLAIN
from training.views.photo_batches import PhotoBatches

pytestmark = pytest.mark.train

LABELS = np.array([0] * 30 + [1] * 6 + [2] * 4)


def batches(**changes):
    """Make batches of pictures, each of one grey that tells which it is."""
    framed = np.repeat(np.arange(40, dtype=np.uint8), 16 * 16 * 3).reshape(40, 16, 16, 3)
    options = {"num_labels": 3, "side": (16, 16), "batch_size": 8, "ranges": PLAIN, "seed": 1}
    return PhotoBatches(framed, np.arange(40), LABELS, **{**options, **changes})


def test_a_batch_has_pictures_and_one_target_each():
    images, targets = batches()[0]

    assert images.shape == (8, 16, 16, 3)
    assert images.dtype == np.uint8
    assert targets.shape == (8, 3)
    np.testing.assert_array_equal(targets.sum(1), 1)


def test_the_same_seed_gives_the_same_epoch():
    one, two = batches(mixup=0.5), batches(mixup=0.5)

    for place in range(len(one)):
        for mine, theirs in zip(one[place], two[place], strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_a_later_start_gives_the_later_epoch():
    running, resumed = batches(), batches(first_epoch=1)
    running.on_epoch_end()

    np.testing.assert_array_equal(running[2][0], resumed[2][0])


def test_every_photo_comes_once_an_epoch():
    data = batches()

    seen = np.concatenate([data[place][1] for place in range(len(data))])

    assert seen.sum(0).tolist() == [30, 6, 4]


def test_balanced_batches_show_every_category_equally_often():
    data = batches(balance=1)

    seen = np.concatenate([data[place][1] for place in range(len(data))])

    assert abs(seen.sum(0) - 40 / 3).max() <= 1


def test_a_blended_batch_keeps_targets_that_sum_to_one():
    images, targets = batches(mixup=1.0)[0]

    np.testing.assert_allclose(targets.sum(1), 1, atol=1e-6)
    assert images.dtype == np.uint8
    assert len(np.unique(targets)) > 2
