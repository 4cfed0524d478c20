"""Where a shop's categories begin on a network that stays as it is, and how far they move."""

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.model.rejection import DirectionRejection
from training.networks.predict import Answers
from training.recipes.shop.carried import carried_rule
from training.recipes.shop.sides import Sides
from training.recipes.shop.still import Known, beginning, teach

pytestmark = pytest.mark.train


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def known_photos(kinds, shares, directions):
    looks = np.zeros((len(kinds), 2), dtype=np.float32)
    return Known(np.concatenate([kinds, looks], axis=1), kinds, shares, directions)


def sides_of(numbers, rows, held):
    labels = tuple(f"category {number}" for number in range(max(numbers) + 1))
    groups = tuple(map(str, range(len(numbers))))
    return Sides(labels, groups, np.array(numbers), np.array(rows), np.array(held))


@pytest.fixture
def labels_apart():
    """The starting bundle's own three labels, each along an axis: `(kind, labels)`."""
    return np.eye(4, 3, dtype=np.float32)


def test_a_category_of_one_photo_brings_along_what_the_bundle_knows_of_it(labels_apart):
    # A strange photo, which the bundle is yet sure to be of its first label.
    kinds = unit(np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0]], dtype=np.float32))
    shares = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0]], dtype=np.float32)
    known = known_photos(kinds, shares, labels_apart)

    directions = beginning(known, sides_of([0, 1, 1], [0, 1], [2]))

    assert directions[:, 0] @ labels_apart[:, 0] > 0.95
    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1, atol=1e-6)


def test_a_category_of_many_photos_is_what_they_show(labels_apart):
    kinds = unit(np.tile([[1.0, 0, 0, 1.0]], (200, 1)))
    kinds[100:] = [0, 1, 0, 0]
    shares = np.tile(np.array([[1, 0, 0]], dtype=np.float32), (200, 1))
    known = known_photos(kinds, shares, labels_apart)

    directions = beginning(known, sides_of([0] * 100 + [1] * 100, range(200), [0]))

    assert directions[:, 0] @ kinds[0] > 0.99


def test_a_category_of_two_kinds_is_learned_though_its_mean_lies_between_them(labels_apart):
    # 'Footwear' is mostly of the first axis, and the other category between the two.
    rng = np.random.default_rng(0)
    centres = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0.5, 0.8, 0, 0.4]])
    kinds = unit(centres[np.arange(160) % 4] + rng.normal(0, 0.03, (160, 4)))
    shares = np.tile(np.array([[0.5, 0.5, 0]], dtype=np.float32), (160, 1))
    numbers = [0, 0, 0, 1] * 40
    sides = sides_of(numbers, range(100), range(100, 160))

    taught = teach(known_photos(kinds, shares, labels_apart), sides, balance=0.5, quick=False)

    right = taught.told.logits[100:].argmax(axis=1) == np.array(numbers[100:])
    begun = taught.begun.logits[100:].argmax(axis=1) == np.array(numbers[100:])
    assert right.mean() > begun.mean()
    assert right.mean() > 0.95


def test_a_quick_one_stays_where_it_began(labels_apart):
    kinds = unit(np.eye(4)[np.arange(40) % 2] + 0.01)
    shares = np.tile(np.array([[0.5, 0.5, 0]], dtype=np.float32), (40, 1))
    known = known_photos(kinds, shares, labels_apart)
    sides = sides_of([0, 1] * 20, range(30), range(30, 40))

    taught = teach(known, sides, balance=0.5, quick=True)

    assert taught.told is taught.begun
    assert [epoch.epoch for epoch in taught.epochs] == [0]


RULE = DirectionRejection(0.0, (1.0, 0.0), 0.6, 0.5)


def told(first):
    embeddings = np.stack([first, np.zeros_like(first)], axis=1).astype(np.float32)
    return Answers(np.zeros((len(first), 2), dtype=np.float32), embeddings)


def test_a_threshold_goes_down_for_a_shop_whose_photos_it_would_turn_away():
    rule = carried_rule(RULE, told(np.linspace(-1, 0, 101)))

    # One of these 101 photos may be lost: the least of the others has exp(-0.99).
    assert rule.garment_threshold == pytest.approx(1 / (1 + np.exp(0.99)), abs=1e-6)
    assert rule.direction == RULE.direction


def test_a_threshold_never_goes_up():
    assert carried_rule(RULE, told(np.full(50, 4.0))) == RULE
