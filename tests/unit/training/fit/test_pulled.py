"""A regression that is pulled towards its start: few examples move it little, many move it far."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs SciPy: pip install .[train]")

from training.fit.pulled import fit_pulled

pytestmark = pytest.mark.train


@pytest.fixture
def start():
    """A start by which two labels are taken for each other."""
    return np.array([[0.0, 1.0], [1.0, 0.0]], dtype=np.float32)


def examples(count):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 2
    return (np.eye(2)[labels] + rng.normal(0, 0.1, (count, 2))).astype(np.float32), labels


def test_what_many_examples_show_wins_over_the_start(start):
    values, labels = examples(400)

    kernel = fit_pulled(values, labels, start, strength=1.0)

    assert ((values @ kernel).argmax(axis=1) == labels).mean() > 0.99


def test_two_examples_leave_the_start_nearly_where_it_was(start):
    values, labels = examples(2)

    kernel = fit_pulled(values, labels, start, strength=100.0)

    np.testing.assert_allclose(kernel, start, atol=0.03)


def test_it_lies_where_the_loss_has_no_slope(start):
    values, labels = examples(40)
    strength = 3.0

    kernel = fit_pulled(values, labels, start, strength=strength, balance=0.0)

    logits = values @ kernel
    odds = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    slope = values.T @ (odds - np.eye(2)[labels]) + strength * (kernel - start)
    np.testing.assert_allclose(slope, 0, atol=1e-2)


def test_balanced_a_rare_label_counts_as_much_as_a_common_one():
    # The same value under both labels: what is said of it goes by their weights alone.
    values = np.ones((10, 1), dtype=np.float32)
    labels = np.array([0] * 9 + [1])

    plain, balanced = (
        fit_pulled(values, labels, np.zeros((1, 2), np.float32), strength=1e-3, balance=balance)
        for balance in (0.0, 1.0)
    )

    assert plain[0, 0] - plain[0, 1] == pytest.approx(np.log(9), abs=0.05)
    assert balanced[0, 0] - balanced[0, 1] == pytest.approx(0, abs=0.05)


def test_a_pull_of_no_strength_is_refused(start):
    values, labels = examples(4)

    with pytest.raises(ValueError, match="above 0, not 0"):
        fit_pulled(values, labels, start, strength=0)
