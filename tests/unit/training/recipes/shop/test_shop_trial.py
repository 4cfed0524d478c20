"""Trials of `fit --data`: what is judged is of other shoots, and what was left out is not known."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.model.rejection import DirectionRejection
from training.networks.garment_layers import tone_centres
from training.networks.predict import Answers
from training.progress import no_bars
from training.recipes.garments.fit.head_fit import HeadConfig, HeadData
from training.recipes.garments.fit.recipe import RECIPE
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES, allow
from training.recipes.shop.still import Known
from training.recipes.shop.trial import DRAWS, Material, try_size
from training.recipes.trials.unlearned import fit_without, read_features

pytestmark = pytest.mark.train


@pytest.fixture
def material():
    """Photos of three kinds apart, in ten shoots of which no two look alike."""
    rng = np.random.default_rng(0)
    count = 600
    kind, shoot = np.arange(count) % 3, np.arange(count) // 60
    kinds = np.eye(8)[kind] + 0.5 * np.eye(8)[3 + shoot % 5] + rng.normal(0, 0.05, (count, 8))
    kinds = (kinds / np.linalg.norm(kinds, axis=1, keepdims=True)).astype(np.float32)
    known = Known(kinds, kinds, np.eye(3, dtype=np.float32)[kind], np.eye(8, 3, dtype=np.float32))
    names = np.array(["hats", "socks", ""])[kind]
    return Material(known, names, shoot.astype(str))


def test_every_draw_is_judged_on_shoots_that_it_was_not_given(material):
    trials = try_size(material, 100)

    assert len(trials) == DRAWS
    for trial in trials:
        assert trial.given == 100
        assert trial.judged % 40 == 0  # all named photos of whole shoots
        assert trial.labels == 2  # what the shop has no word for is in none
        assert trial.right > 0.95


def test_where_some_were_learned_from_those_are_given_and_the_others_judged(material):
    learned = np.arange(600) < 300

    trials = try_size(replace(material, learned=learned), 100)

    assert {trial.judged for trial in trials} == {200}


def test_what_a_rule_keeps_and_turns_away_is_told_only_where_there_is_one(material):
    rule = DirectionRejection(0.0, (*[1.0] * 3, *[0.0] * 5), 0.5, 0.5)
    other = Answers(np.zeros((4, 3), np.float32), -np.eye(8, dtype=np.float32)[:4])

    [with_rule, *_] = try_size(material, 100, rule, other)
    [without, *_] = try_size(material, 100)

    assert with_rule.kept > 0.95
    assert with_rule.turned_away >= 0.75
    assert (without.kept, without.turned_away) == (None, None)


def test_a_head_fitted_without_a_leaf_never_takes_it_for_the_likeliest():
    rng = np.random.default_rng(0)
    count, width = 60, 12
    leaves = ["Tie", "Belt", "Dress"]
    number = np.arange(count) % 3
    features = np.eye(width)[number][:, None] + rng.normal(0, 0.1, (count, 2, width))
    data = HeadData(
        features.astype(np.float16),
        features[:, 0].astype(np.float16),
        np.arange(count),
        np.array(leaves)[number],
        np.array([allow((leaves[each],)) for each in number]),
        np.zeros((count, len(COLOURS)), dtype=np.bool_),
        np.zeros((count, len(tone_centres())), dtype=np.float32),
    )
    recipe = replace(RECIPE, head=HeadConfig(epochs=20, garments=10, balance=0.0))

    whole = fit_without(data, (), recipe, no_bars)
    without = fit_without(data, ("Tie",), recipe, no_bars)

    ties = data.served[number == 0]
    tie = LEAVES.index("Tie")
    assert (read_features(whole, ties)[0].argmax(axis=1) == tie).all()
    assert not (read_features(without, ties)[0].argmax(axis=1) == tie).any()
    assert np.linalg.norm(read_features(without, ties)[1], axis=1) == pytest.approx(1, abs=1e-5)
