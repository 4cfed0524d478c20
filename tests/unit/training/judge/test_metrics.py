"""Figures of a classifier on data whose answer is known by hand."""

import numpy as np
import pytest
from scipy import stats

from training.judge.metrics import confusion, label_figures, mean_share, share, worst_mistakes

NAMES = ("coat", "dress", "bag")


def test_a_confusion_matrix_counts_right_labels_in_rows():
    matrix = confusion(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1]), 3)

    assert matrix.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_precision_and_recall_are_those_worked_out_by_hand():
    coat, dress, bag = label_figures(np.array([[8, 2, 0], [4, 6, 0], [0, 0, 0]]), NAMES)

    assert (coat.precision, coat.recall, coat.count) == (8 / 12, 8 / 10, 10)
    assert coat.f1 == pytest.approx(2 * (8 / 12) * 0.8 / (8 / 12 + 0.8))
    assert dress.precision == 6 / 8
    assert (bag.precision, bag.recall, bag.f1, bag.count) == (0, 0, 0, 0)


def test_an_interval_is_wilsons():
    told = share(8, 10)

    assert (told.value, told.count) == (0.8, 10)
    assert told.low == pytest.approx(0.4902, abs=1e-4)
    assert told.high == pytest.approx(0.9433, abs=1e-4)


@pytest.mark.parametrize(("successes", "trials"), [(1, 1), (3, 7), (50, 100), (372, 9_999)])
def test_an_interval_is_that_of_scipy(successes, trials):
    expected = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")

    told = share(successes, trials)

    assert (told.low, told.high) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_an_interval_of_all_or_nothing_stays_within_bounds():
    assert share(0, 5).low == 0
    assert share(5, 5).high == 1
    assert share(5, 5).low < 1


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one trial, got 0"):
        share(0, 0)


def test_the_interval_of_a_mean_narrows_with_the_sample():
    few, many = mean_share(np.array([0.2, 0.8] * 10)), mean_share(np.array([0.2, 0.8] * 1000))

    assert few.value == pytest.approx(0.5)
    assert many.value == pytest.approx(0.5)
    assert many.high - many.low == pytest.approx((few.high - few.low) / 10)


def test_the_worst_mistakes_are_the_surest():
    logits = np.array([[9, 0], [1, 0], [0, 5], [0, 2]], dtype=np.float32)
    labels = np.array([0, 1, 0, 0])

    assert worst_mistakes(logits, labels, 2).tolist() == [2, 3]
    assert worst_mistakes(logits, labels, 10).tolist() == [2, 3, 1]
