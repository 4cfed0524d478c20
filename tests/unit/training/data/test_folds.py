"""Folds keep a group together and share the labels out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.folds import group_folds

PHOTOS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["hat", "shoe", "shirt"])), min_size=20
).filter(lambda photos: len({group for group, _ in photos}) >= 3)


@given(PHOTOS, st.integers(0, 5))
def test_the_photos_of_one_group_are_in_one_fold(photos, seed):
    groups, labels = zip(*photos, strict=True)

    folds = group_folds(groups, labels, folds=3, seed=seed)

    for group in set(groups):
        assert len({fold for fold, name in zip(folds, groups, strict=True) if name == group}) == 1
    assert set(folds) == {0, 1, 2}


def test_every_fold_gets_its_share_of_a_rare_label():
    groups = [f"g{number}" for number in range(60) for _ in range(5)]
    labels = ["body" if number < 6 else "shirt" for number in range(60) for _ in range(5)]

    folds = group_folds(groups, labels, folds=3)

    rare = np.array(labels) == "body"
    assert np.bincount(folds).tolist() == [100, 100, 100]
    assert np.bincount(folds[rare]).tolist() == [10, 10, 10]


def test_a_seed_repeats_its_folds():
    groups = [f"g{number % 17}" for number in range(100)]
    labels = [f"l{number % 5}" for number in range(100)]

    assert np.array_equal(group_folds(groups, labels, seed=3), group_folds(groups, labels, seed=3))


def test_more_folds_than_groups_are_refused():
    with pytest.raises(ValueError, match="2 groups cannot fill 3 folds"):
        group_folds(["a", "b"], ["x", "y"], folds=3)
