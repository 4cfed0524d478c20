"""Calibration: a temperature is found again, and confidence is compared with being right."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from training.judge.calibration import calibration, fit_temperature, fit_temperature_to_few
from training.networks.predict import cross_entropy, softmax


def drawn(rng, count, spread):
    """Draw logits, and labels with exactly the probabilities that the logits say."""
    logits = rng.normal(0, spread, (count, 5)).astype(np.float32)
    chances = softmax(logits).cumsum(axis=1)
    labels = (rng.random((count, 1)) > chances).sum(axis=1).clip(0, 4)
    return logits, labels


def test_honest_logits_need_no_temperature():
    logits, labels = drawn(np.random.default_rng(0), 20_000, 2)

    assert fit_temperature(logits, labels) == pytest.approx(1, abs=0.05)
    assert calibration(logits, labels, 1).ece < 0.015


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_the_factor_of_boastful_or_shy_logits_is_found(factor):
    logits, labels = drawn(np.random.default_rng(1), 20_000, 2)
    told = logits * np.float32(factor)

    found = fit_temperature(told, labels)

    assert found == pytest.approx(factor, rel=0.05)
    assert calibration(told, labels, found).ece < calibration(told, labels, 1).ece
    assert calibration(told, labels, found).loss <= calibration(told, labels, 1).loss


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_a_temperature_is_that_of_scipys_search_to_a_thousandth(factor):
    logits, labels = drawn(np.random.default_rng(3), 2_000, 2)
    told = logits * np.float32(factor)

    def lost(temperature):
        return cross_entropy(told.astype(np.float64) / temperature, labels)

    best = minimize_scalar(lost, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-6}).x
    assert fit_temperature(told, labels) == pytest.approx(best, rel=1e-3)


def test_the_error_is_that_worked_out_by_hand():
    logits = np.log(np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], np.float32))
    labels = np.array([0, 1, 0, 0])

    told = calibration(logits, labels, 1)

    # Two at 90 % of which half are right, two at 60 % of which both are.
    assert told.ece == pytest.approx(0.5 * 0.4 + 0.5 * 0.4, abs=1e-6)
    assert [(bin_.count, bin_.accuracy) for bin_ in told.bins] == [(2, 1.0), (2, 0.5)]


def test_a_temperature_changes_no_prediction():
    logits, labels = drawn(np.random.default_rng(2), 500, 2)

    cold, hot = calibration(logits, labels, 0.5), calibration(logits, labels, 5)

    def right(told):
        return sum(bin_.accuracy * bin_.count for bin_ in told.bins)

    assert right(cold) == pytest.approx(right(hot))


def test_a_few_right_answers_do_not_ask_for_certainty():
    labels = np.array([0, 1, 2, 0])
    logits = (3 * np.eye(3)[labels]).astype(np.float32)

    plain, careful = (
        softmax(logits / np.float32(fit(logits, labels))).max(axis=1)
        for fit in (fit_temperature, fit_temperature_to_few)
    )

    assert plain.min() > 0.999
    assert careful == pytest.approx(1 - 1 / 6 + 1 / 18, abs=0.001)  # one in six, over three labels


def test_with_many_pictures_both_temperatures_are_alike():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 4000)
    logits = rng.normal(size=(4000, 3)).astype(np.float32)
    logits[np.arange(4000), labels] += 2

    assert fit_temperature_to_few(logits, labels) == pytest.approx(
        fit_temperature(logits, labels), rel=0.02
    )
