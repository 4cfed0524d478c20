"""Categories of every data set within one tree."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs what training needs: pip install .[train]")

from embeddings.datasets.clothing_photos import CATEGORIES, UNDECIDED
from embeddings.datasets.fashion_mnist import LABELS
from training.recipes.garments.judge.kinds import labels_of, photo_logits, upper_logits, upper_right
from training.recipes.garments.network.colours import COLOURS, of_shop
from training.recipes.garments.network.leaves import (
    LEAVES,
    PARENT,
    TREE,
    at_photos_depth,
    of_article,
    of_photo,
    of_product,
)


def names(row):
    return {LEAVES[place] for place in np.flatnonzero(row)}


def test_every_category_of_the_photos_is_in_the_tree():
    assert set(CATEGORIES) <= set(TREE)
    assert all(of_photo(label).any() for label in CATEGORIES)
    assert not any(of_photo(label).any() for label in UNDECIDED)


def test_a_label_allows_the_leaves_below_it():
    assert names(of_photo("Pants")) == {"Trousers", "Jeans", "Track Pants", "Leggings"}
    assert names(of_product("Heels", "Women")) == {"Heels"}
    assert names(of_product("Shirts", "Women")) == {"Shirt", "Blouse"}
    assert names(of_product("Umbrellas", "Unisex")) == set()


def test_every_label_of_the_grey_articles_allows_something():
    assert all(of_article(place).any() for place in range(len(LABELS)))


def test_leaves_are_told_once_and_their_parents_are_none():
    assert len(set(LEAVES)) == len(LEAVES)
    assert not set(PARENT.values()) & set(LEAVES)


def test_the_upper_depth_sums_its_leaves():
    logits = np.full((1, len(LEAVES)), -20.0, np.float32)
    logits[0, LEAVES.index("Jeans")] = logits[0, LEAVES.index("Trousers")] = np.log(0.3)
    logits[0, LEAVES.index("Skirt")] = np.log(0.4)

    upper = np.exp(upper_logits(logits))[0]

    assert upper[list(TREE).index("Pants")] == pytest.approx(0.6, abs=1e-4)
    assert upper_right(logits, of_photo("Pants")[None]) == [1.0]
    assert CATEGORIES[photo_logits(logits).argmax()] == "Pants"


def test_labels_of_the_photos_have_places_and_others_none():
    assert labels_of(("Hat", "Not sure", "Heels")).tolist() == [CATEGORIES.index("Hat"), -1, -1]


def test_a_shops_word_for_a_colour_allows_the_names_that_people_give_it():
    assert {COLOURS[i] for i in np.flatnonzero(of_shop("Navy Blue"))} == {"navy"}
    assert {COLOURS[i] for i in np.flatnonzero(of_shop("Off White"))} == {"white", "beige"}
    assert not of_shop("NA").any()


def test_a_shops_clothes_have_names_at_the_depth_of_the_photos_and_bags_have_none():
    heels = {CATEGORIES[place] for place in np.flatnonzero(at_photos_depth("Heels"))}

    assert heels == {"Shoes"}
    assert not at_photos_depth("Handbags").any()
