"""What the head learns from is worked out once."""

from dataclasses import fields, replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.datasets.fashion_mnist import Part
from tests.pictures import encoded, scene
from training.networks.garment_layers import tone_centres
from training.progress import no_bars
from training.recipes.garments.fit.head_data import kept_head_data
from training.recipes.garments.fit.head_fit import HeadData
from training.recipes.garments.fit.material import Material
from training.recipes.garments.fit.recipe import RECIPE
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import allow
from training.recipes.garments.pictures.cutouts import HEIGHT, WIDTH
from training.recipes.garments.pictures.kept_views import ViewPlan
from training.recipes.garments.pictures.samples import IN_ALL, Cuts, Samples

pytestmark = pytest.mark.train

KINDS = ("T-Shirt", "Polo")


def head_data():
    """Features of two garments."""
    features = np.random.default_rng(0).normal(0, 1, (len(KINDS), 2, 12))
    return HeadData(
        features.astype(np.float16),
        features[:, 0].astype(np.float16),
        np.arange(len(KINDS)),
        np.array(KINDS),
        np.array([allow((kind,)) for kind in KINDS]),
        np.zeros((len(KINDS), len(COLOURS)), dtype=np.bool_),
        np.zeros((len(KINDS), len(tone_centres())), dtype=np.float32),
    )


class Kept:
    """Features kept beside some weights, and how often they were worked out."""

    def __init__(self, folder):
        self.trunk = folder / "trunk.h5"
        self.trunk.write_bytes(b"weights")
        self.times = 0

    def ask(self):
        return kept_head_data(self.trunk.with_name("features.npz"), self.trunk, self.work_out)

    def work_out(self):
        self.times += 1
        return head_data()


def test_what_was_worked_out_with_the_same_weights_is_taken(tmp_path):
    kept = Kept(tmp_path)
    first, second = kept.ask(), kept.ask()

    assert kept.times == 1
    for each in fields(HeadData):
        np.testing.assert_array_equal(getattr(first, each.name), getattr(second, each.name))


def test_it_is_worked_out_anew_with_other_weights(tmp_path):
    kept = Kept(tmp_path)
    kept.ask()
    kept.trunk.write_bytes(b"others")
    kept.ask()

    assert kept.times == 2


def test_steps_that_show_the_same_views_behind_the_same_blocks_share_them(tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(2)]
    for path in paths:
        path.write_bytes(encoded(scene(), "JPEG"))
    count = len(paths)
    samples = Samples(
        tuple(paths), np.array([allow(KINDS[:1])] * count), np.zeros((count, len(COLOURS)), bool),
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
