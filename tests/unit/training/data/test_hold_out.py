"""What is held out are whole groups, of as many categories as can be."""

import numpy as np
import pytest

from training.data.hold_out import hold_out
from training.errors import BadData


def test_a_group_is_never_on_both_sides():
    labels = ["hat", "bag"] * 20
    groups = [str(number // 4) for number in range(40)]

    held = hold_out(groups, labels, 0.2, seed=0)

    sides = {group: set() for group in groups}
    for group, side in zip(groups, held, strict=True):
        sides[group].add(bool(side))
    assert all(len(side) == 1 for side in sides.values())
    assert held.mean() == pytest.approx(0.2)


def test_every_category_is_on_both_sides_where_it_has_two_groups():
    labels = ["hat"] * 30 + ["bag"] * 6 + ["scarf"] * 6
    groups = [str(number // 2) for number in range(42)]

    held = hold_out(groups, labels, 0.2, seed=1)

    named = np.array(labels)
    assert all(0 < held[named == label].mean() < 1 for label in ("hat", "bag", "scarf"))


def test_a_category_of_one_group_is_trained_on():
    labels = ["hat"] * 10 + ["bag"] * 3
    groups = [str(number) for number in range(10)] + ["one bag"] * 3

    held = hold_out(groups, labels, 0.2, seed=0)

    assert not held[10:].any()
    assert held.any()


def test_the_same_seed_holds_out_the_same():
    labels, groups = ["hat", "bag"] * 10, [str(number) for number in range(20)]

    one, two = (hold_out(groups, labels, 0.25, seed=3) for _ in "ab")

    np.testing.assert_array_equal(one, two)


def test_photos_of_one_group_cannot_be_divided():
    with pytest.raises(BadData, match="belong to one group"):
        hold_out(["all"] * 4, ["hat", "bag"] * 2, 0.2, seed=0)


def test_categories_of_one_group_each_leave_nothing_to_hold_out():
    with pytest.raises(BadData, match="none can be held out"):
        hold_out(["a", "a", "b", "b"], ["hat", "hat", "bag", "bag"], 0.2, seed=0)
