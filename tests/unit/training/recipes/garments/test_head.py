"""What the head learns from is worked out once, and rare kinds get their due in it."""

from dataclasses import fields, replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.datasets.fashion_mnist import Part
from tests.pictures import encoded, scene
from training.networks.garment_layers import tone_centres
from training.progress import no_bars
from training.recipes.garments.fit.head_data import kept_head_data
from training.recipes.garments.fit.head_fit import HeadConfig, HeadData, fit_head
from training.recipes.garments.fit.material import Material
from training.recipes.garments.fit.recipe import RECIPE
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES, allow
from training.recipes.garments.pictures.cutouts import HEIGHT, WIDTH
from training.recipes.garments.pictures.kept_views import ViewPlan
from training.recipes.garments.pictures.samples import IN_ALL, Cuts, Samples

pytestmark = pytest.mark.train

COMMON, RARE = "T-Shirt", "Polo"
WIDTH_OF_FEATURES = 12


def head_data(kinds):
    """Features of garments that nothing tells apart, `kinds` their names."""
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (len(kinds), 2, WIDTH_OF_FEATURES))
    return HeadData(
        features.astype(np.float16),
        features[:, 0].astype(np.float16),
        np.arange(len(kinds)),
        np.array(kinds),
        np.array([allow((kind,)) for kind in kinds]),
        np.zeros((len(kinds), len(COLOURS)), dtype=np.bool_),
        np.zeros((len(kinds), len(tone_centres())), dtype=np.float32),
    )


def leaning(prior):
    """Return by how much the logit of the common kind exceeds the rare one's, on average."""
    data = head_data([COMMON] * 90 + [RARE] * 10)
    config = HeadConfig(epochs=20, garments=20, balance=0.0, prior=prior)
    head = fit_head(data, config, lambda *_: None)
    told = head.predict(data.served.astype(np.float32), verbose=0)["logits"].mean(axis=0)
    return float(told[LEAVES.index(COMMON)] - told[LEAVES.index(RARE)])


def test_a_prior_leaves_less_for_the_common_kind_in_the_logits():
    assert leaning(1.0) < leaning(0.0) - 1.0


@pytest.fixture
def asked(tmp_path):
    """Return what counts how often features are worked out, and keeps them."""
    times = []

    def ask():
        def work_out():
            times.append(1)
            return head_data([COMMON, RARE])

        data = kept_head_data(tmp_path / "features.npz", tmp_path / "trunk.h5", work_out)
        return data, len(times)

    (tmp_path / "trunk.h5").write_bytes(b"weights")
    ask.trunk = tmp_path / "trunk.h5"
    return ask


def test_what_was_worked_out_with_the_same_weights_is_taken(asked):
    first, _ = asked()

    second, times = asked()

    assert times == 1
    for each in fields(HeadData):
        np.testing.assert_array_equal(getattr(first, each.name), getattr(second, each.name))


def test_it_is_worked_out_anew_with_other_weights(asked):
    asked()
    asked.trunk.write_bytes(b"others")

    assert asked()[1] == 2


def test_steps_that_show_the_same_views_behind_the_same_blocks_share_them(tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(2)]
    for path in paths:
        path.write_bytes(encoded(scene(), "JPEG"))
    count = len(paths)
    samples = Samples(
        tuple(paths), np.array([allow((COMMON,))] * count), np.zeros((count, len(COLOURS)), bool),
        ("a", "b"), np.full(count, IN_ALL), np.ones(count, bool), np.zeros(count, bool),
        ("Tshirts",) * count,
    )  # fmt: skip
    cuts = Cuts(
        np.zeros((count, HEIGHT, WIDTH), np.uint8),
        np.zeros(count, bool),
        np.zeros((count, len(tone_centres())), np.float32),
    )
    studio = Part(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.int64))
    plan = ViewPlan(height=64, width=64, views=2)
    shop, late = (replace(step, views=plan) for step in (RECIPE.shop, RECIPE.late))
    recipe = replace(RECIPE, articles=2, shop=shop, late=late)
    material = Material(recipe, samples, cuts, studio, tmp_path / "views", no_bars)

    shared = material.views(shop)

    assert material.views(late) is shared
    assert shared.pictures.trunk.shape[:2] == (count, 2)
    assert shared.articles.trunk.shape[:2] == (2, 1)
    others = replace(shop, views=replace(plan, seed=5))
    assert material.views(others) is not shared
