"""The garment bundle that ships is whole, agrees with itself, and reads both worlds."""

import os
from pathlib import Path

import numpy as np
import pytest

from embeddings.datasets import clothing_photos, product_photos
from embeddings.model.bundle import SHIPPED, load_bundle
from embeddings.photos.photo import open_photo
from embeddings.reading.encoder import OnnxEncoder
from embeddings.reading.verdict import garment_probability
from embeddings.types import Photo

FOLDER = SHIPPED / "garments"
PHOTOS = os.environ.get(clothing_photos.FOLDER_SETTING, "")
PRODUCTS = os.environ.get(product_photos.FOLDER_SETTING, "")


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(FOLDER)


@pytest.fixture(scope="module")
def encoder(bundle):
    return OnnxEncoder(bundle)


def at_upper_depth(bundle, reading):
    """Name the likeliest category, its leaves taken together."""
    odds: dict[str, float] = {}
    for label, probability in zip(bundle.labels, reading.probabilities, strict=True):
        upper = bundle.tree.get(label, label)
        odds[upper] = odds.get(upper, 0.0) + float(probability)
    return max(odds, key=odds.__getitem__)


def test_it_tells_kind_look_and_colour_in_one_pass(bundle):
    assert bundle.embedding_dim == 256
    assert bundle.halves == {"kind": (0, 128), "look": (128, 256)}
    assert "navy" in bundle.colours
    assert bundle.tree["Heels"] == "Shoes"
    assert bundle.facts["mappings"]["published subset"]["Sweater"] == ["Longsleeve"]


def test_its_card_names_whose_photos_and_weights_it_stands_on():
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")

    for name in ("CC0", "MIT", "nobody has shown", "Apache-2.0", "Fashion-MNIST"):
        assert name in card


def test_plain_surfaces_and_noise_are_no_garments(bundle, encoder):
    rng = np.random.default_rng(0)
    wall = np.clip(rng.normal(150, 4, (300, 400, 3)), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)

    for reading in encoder.read([Photo(wall), Photo(noise)]):
        least = bundle.rejection.garment_threshold
        assert garment_probability(reading, 1.0, bundle.rejection) < least


@pytest.mark.skipif(
    not PHOTOS or not (Path(PHOTOS) / "photos.csv").is_file(),
    reason=f"needs the clothing photos: set {clothing_photos.FOLDER_SETTING}",
)
def test_photos_that_it_never_saw_are_named_and_kept(bundle, encoder):
    photos = clothing_photos.garments(clothing_photos.load_clothing_photos())
    unseen = [photo for photo in photos if photo.split == "test"][::4]

    readings = encoder.read([open_photo(photo.path.read_bytes()) for photo in unseen])

    named = [at_upper_depth(bundle, reading) for reading in readings]
    right = np.mean([name == photo.label for name, photo in zip(named, unseen, strict=True)])
    least = bundle.rejection.garment_threshold
    kept = [garment_probability(each, 0.0, bundle.rejection) >= least for each in readings]
    assert right > 0.8
    assert np.mean(kept) > 0.9


@pytest.mark.skipif(
    not PRODUCTS or not (Path(PRODUCTS) / "products.csv").is_file(),
    reason=f"needs the product photos: set {product_photos.FOLDER_SETTING}",
)
def test_worn_products_of_unseen_shoots_are_what_is_sold(bundle, encoder):
    products = product_photos.load_product_photos()
    worn = {"Shirts": {"Shirt", "Blouse"}, "Tshirts": {"T-Shirt", "Polo", "Longsleeve"}}
    unseen = [p for p in products if p.split == "validation" and p.article_type in worn][::4]

    readings = encoder.read([open_photo(product.path.read_bytes()) for product in unseen])

    right = [
        at_upper_depth(bundle, reading) in worn[product.article_type]
        for reading, product in zip(readings, unseen, strict=True)
    ]
    assert np.mean(right) > 0.75


@pytest.mark.train
def test_its_onnx_network_answers_as_its_keras_network(bundle):
    pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")
    from training.bundle.bundling import check_same_answers
    from training.networks.stored import load_network

    spec = bundle.input
    shape = (4, spec.height, spec.width, spec.channels)
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)

    assert check_same_answers(bundle, load_network(FOLDER), images) < 1e-4
