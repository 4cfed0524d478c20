"""Figures over photos that belong together allow for it in their intervals."""

import numpy as np
import pytest

from training.judge.grouped import (
    balanced_share,
    grouped_share,
    held_out_calibration_error,
)
from training.judge.metrics import share


def test_an_interval_over_single_photos_is_the_usual_one():
    told = grouped_share(np.array([1.0] * 8 + [0.0] * 2), [str(number) for number in range(10)])

    usual = share(8, 10)
    assert (told.value, told.low, told.high) == pytest.approx((usual.value, usual.low, usual.high))


def test_an_interval_over_few_groups_is_wider():
    values = np.array([1.0] * 30 + [0.0] * 10)

    apart = grouped_share(values, [str(number) for number in range(40)])
    together = grouped_share(values, [str(number // 10) for number in range(40)])

    assert together.low < apart.low < apart.value < apart.high < together.high
    assert together.count == 40


def test_a_rare_category_weighs_as_much_as_a_common_one():
    labels = np.array([0] * 9 + [1])
    right = np.array([1.0] * 9 + [0.0])

    told = balanced_share(right, labels, [str(number) for number in range(10)])

    assert told.value == pytest.approx(0.5)
    assert told.low < 0.5 < told.high


def test_all_right_is_not_certain():
    told = balanced_share(np.ones(4), np.array([0, 0, 1, 1]), list("abcd"))

    assert told.value == 1
    assert told.low < 0.9


def test_the_calibration_error_of_answers_that_are_always_right_is_small():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    logits = (4 * np.eye(3)[labels]).astype(np.float32)

    error = held_out_calibration_error(logits, labels, [str(number) for number in range(60)])

    assert error < 0.04  # they are judged as if one photo in thirty more were wrong


def test_confident_nonsense_is_found_out():
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    # The half whose groups are even is right, the other wrong: neither temperature suits both.
    logits = np.zeros((80, 2), dtype=np.float32)
    groups = [f"{number:03}" for number in range(80)]
    right = np.arange(80) % 2 == 0
    labels = rng.integers(0, 2, 80)
    logits[np.arange(80), np.where(right, labels, 1 - labels)] = 5

    assert held_out_calibration_error(logits, labels, groups) > 0.4
