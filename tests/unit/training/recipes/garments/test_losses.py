"""What the garment network is trained by."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

from training.networks.predict import softmax
from training.recipes.garments.fit.portions import blend_batch
from training.recipes.garments.judge.sets import (
    calibration_error,
    fit_set_temperature,
    held_out_error,
    set_loss,
)
from training.recipes.garments.network.losses import (
    of_allowed,
    of_attention,
    of_look,
    of_shared_colour,
    of_shares,
    of_smoothed,
)

pytestmark = pytest.mark.train


def test_a_label_that_allows_several_leaves_asks_for_their_sum():
    logits = np.log(np.array([[0.5, 0.3, 0.2]], np.float32))
    allowed = np.array([[0, 1, 1]], np.float32)

    assert float(of_allowed(logits, allowed)) == pytest.approx(-np.log(0.5), abs=1e-5)
    assert set_loss(logits, allowed > 0, 1.0) == pytest.approx(-np.log(0.5), abs=1e-5)


def test_a_picture_of_no_label_counts_for_nothing():
    logits = np.array([[3.0, 0.0], [0.0, 5.0]], np.float32)
    allowed = np.array([[1, 0], [0, 0]], np.float32)

    assert float(of_allowed(logits, allowed)) == pytest.approx(
        float(of_allowed(logits[:1], allowed[:1]))
    )
    assert float(of_allowed(logits, np.zeros_like(allowed))) == 0


def test_a_smoothed_label_asks_a_part_of_all_labels_alike():
    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]], np.float32)
    allowed = np.array([[0, 1, 1], [0, 0, 0]], np.float32)  # the second is of no label

    smoothed = float(of_smoothed(np.log(shares), allowed, 0.3))

    assert smoothed == pytest.approx(-0.7 * np.log(0.5) - 0.3 * np.log(shares[0]).mean(), abs=1e-5)
    assert float(of_smoothed(np.log(shares), allowed, 0.0)) == pytest.approx(-np.log(0.5), abs=1e-5)


def test_blended_garments_are_asked_for_as_both_and_nowhere_in_the_picture():
    maps = (np.array([[1.0], [3.0]], np.float32), np.array([[0.0], [8.0]], np.float32))
    truths = {
        "kinds": np.eye(2, dtype=np.float32),
        "colours": np.array([[1, 0, 0], [0, 0, 1]], np.float32),
        "tones": np.array([[1, 0], [0, 1]], np.float32),
        "cover": np.ones((2, 1, 1), np.float32),
        "counted": np.ones((2, 1, 1), np.float32),
    }

    (trunk, sides), told = blend_batch(maps, truths, 0.75)

    assert trunk.ravel().tolist() == [1.5, 2.5]
    assert sides.ravel().tolist() == [2.0, 6.0]
    assert told["share"].tolist() == [0.75, 0.75]
    assert told["other_kinds"].tolist() == np.eye(2)[::-1].tolist()
    assert told["other_colours"].tolist() == truths["colours"][::-1].tolist()
    assert told["tones"].tolist() == [[0.75, 0.25], [0.25, 0.75]]
    assert not told["counted"].any()


def test_tones_that_nobody_knows_are_not_blended_into_known_ones():
    truths = {
        "kinds": np.eye(2, dtype=np.float32),
        "colours": np.eye(2, dtype=np.float32),
        "tones": np.array([[1, 0], [0, 0]], np.float32),
        "cover": np.ones((2, 1, 1), np.float32),
        "counted": np.ones((2, 1, 1), np.float32),
    }

    _, told = blend_batch((np.zeros((2, 1), np.float32),), truths, 0.5)

    assert not told["tones"].any()


def test_shares_are_met_best_by_themselves():
    shares = np.array([[0.7, 0.2, 0.1]], np.float32)

    met = float(of_shares(np.log(shares), shares))

    assert met == pytest.approx(-(shares * np.log(shares)).sum(), abs=1e-5)
    assert float(of_shares(np.log(shares[:, ::-1]), shares)) > met


def test_attention_is_judged_only_where_it_is_counted():
    attention = np.array([[[0.9, 0.9]]], np.float32)
    cover = np.array([[[1.0, 0.0]]], np.float32)

    both = float(of_attention(attention, cover, np.ones_like(cover)))
    first = float(of_attention(attention, cover, np.array([[[1.0, 0.0]]], np.float32)))

    assert first == pytest.approx(-np.log(0.9), abs=1e-5)
    assert both > first


def test_the_look_wants_two_views_of_one_garment_nearest():
    right = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)
    wrong = np.array([[1, 0], [0, 1], [0, 1], [1, 0]], np.float32)

    assert float(of_look(right, 0.1)) < 0.01
    assert float(of_look(wrong, 0.1)) > 5


def test_the_temperature_makes_confidence_true():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 4000)
    chances = np.full((4000, 3), 0.2)
    chances[np.arange(4000), rng.permuted(np.stack([truth] * 1), axis=0)[0]] = 0.6
    named = np.array([rng.choice(3, p=each) for each in chances])
    logits = (np.log(chances) * 3).astype(np.float32)
    allowed = np.eye(3, dtype=bool)[named]

    temperature = fit_set_temperature(logits, allowed)

    assert temperature == pytest.approx(3, rel=0.1)


def test_a_confidence_that_is_kept_has_no_error():
    right = np.array([1.0] * 9 + [0.0])

    assert calibration_error(np.full(10, 0.9), right) == pytest.approx(0, abs=1e-9)
    assert calibration_error(np.full(10, 0.5), right) == pytest.approx(0.4)


def test_what_is_true_of_all_is_no_error_where_parts_are_small():
    rng = np.random.default_rng(0)
    chances = rng.dirichlet([0.5, 0.5, 0.5], 2000)
    named = np.array([rng.choice(3, p=each) for each in chances])
    logits = np.log(np.maximum(chances, 1e-9)).astype(np.float32)

    error = held_out_error(logits, np.eye(3, dtype=bool)[named], np.arange(2000) % 40, certain)

    assert error < 0.03


def certain(logits, allowed):
    """Return how sure the likeliest of three is, and whether it is right."""
    return softmax(logits).max(axis=1), allowed[np.arange(len(logits)), logits.argmax(axis=1)]


def test_those_that_share_a_colour_are_wanted_together():
    colours = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]], np.float32)
    together = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0]], np.float32)
    apart = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]], np.float32)

    assert float(of_shared_colour(together, colours, 0.1)) < 0.01
    assert float(of_shared_colour(apart, colours, 0.1)) > 5
