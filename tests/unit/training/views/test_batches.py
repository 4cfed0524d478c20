"""The batches of a fit: all of an epoch by its number, blended where that is asked for."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from training.config import FitConfig
from training.views.batches import Batches

CONFIG = FitConfig(network="classic", epochs=1, batch_size=8, seed=3, shift=0)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 1), dtype=np.uint8)
LABELS = np.arange(40) % 4


def batches(epoch=0, **changes):
    made = Batches(IMAGES, LABELS, 4, replace(CONFIG, **changes))
    made.start(epoch)
    return made


def test_an_epoch_shows_each_picture_once_or_its_mirror_image():
    shown = np.concatenate([images for images, _ in (batches()[i] for i in range(5))])

    known = {picture.tobytes() for picture in IMAGES} | {
        np.ascontiguousarray(picture[:, ::-1]).tobytes() for picture in IMAGES
    }
    assert len(shown) == 40
    assert {picture.tobytes() for picture in shown} <= known


def test_blended_pictures_and_targets_are_mixed_in_the_same_shares():
    plain, blended = batches(), batches(mixup=1.0)
    shares = []
    for index in range(5):
        images, targets = plain[index]
        mixed, told = blended[index]

        # In a pair of two labels the target says in what shares it was mixed.
        for row in np.flatnonzero(targets.argmax(1) != targets[::-1].argmax(1)):
            share = told[row, targets[row].argmax()]
            shares.append(share)
            expected = share * images[row].astype(float) + (1 - share) * images[::-1][row]
            np.testing.assert_allclose(mixed[row], expected, atol=0.51)
            np.testing.assert_allclose(
                told[row], share * targets[row] + (1 - share) * targets[::-1][row], atol=1e-6
            )
        assert mixed.dtype == np.uint8
    assert len(set(shares)) == len(shares) > 5  # every pair in its own


def test_as_many_batches_are_blended_as_was_asked_for():
    changed = 0
    for epoch in range(40):
        plain, some = batches(epoch), batches(epoch, mixup=0.5)
        changed += sum(not np.array_equal(plain[i][1], some[i][1]) for i in range(5))

    assert 70 < changed < 130  # of 200


def test_the_same_epoch_is_the_same_again_in_whatever_order_it_is_asked():
    one, other = batches(epoch=4, mixup=0.5), batches(epoch=4, mixup=0.5)

    forth = [one[i] for i in range(5)]
    back = [other[i] for i in reversed(range(5))][::-1]

    for (images, targets), (same_images, same_targets) in zip(forth, back, strict=True):
        np.testing.assert_array_equal(images, same_images)
        np.testing.assert_array_equal(targets, same_targets)


def test_erasing_leaves_the_targets_and_the_other_pictures_alone():
    plain, erased = batches(), batches(erase=0.5)
    changed = 0
    for index in range(5):
        images, targets = plain[index]
        other, told = erased[index]

        changed += (images != other).any(axis=(1, 2, 3)).sum()
        np.testing.assert_array_equal(targets, told)

    assert 8 < changed < 32  # of 40
