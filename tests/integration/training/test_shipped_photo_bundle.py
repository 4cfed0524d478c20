"""The photo bundle that ships is whole, agrees with itself, and tells garments from a cat."""

import os
from pathlib import Path

import numpy as np
import pytest

from embeddings.datasets.clothing_photos import (
    CATEGORIES,
    FOLDER_SETTING,
    garments,
    load_clothing_photos,
)
from embeddings.model.bundle import SHIPPED, load_bundle
from embeddings.photos.photo import open_photo
from embeddings.reading.encoder import OnnxEncoder
from embeddings.reading.verdict import garment_probability
from embeddings.types import Photo

FOLDER = SHIPPED / "clothing-photos"
PHOTOS = os.environ.get(FOLDER_SETTING, "")


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(FOLDER)


@pytest.fixture(scope="module")
def encoder(bundle):
    return OnnxEncoder(bundle)


def test_it_names_the_photos_own_categories_and_those_of_others(bundle):
    assert bundle.labels == CATEGORIES
    assert bundle.facts["mappings"]["Fashion-MNIST"]["Blazer"] == ["Coat"]
    assert bundle.facts["mappings"]["published subset"]["Hoodie"] == ["Longsleeve"]
    assert bundle.embedding_dim <= 256


def test_its_card_names_whose_photos_and_weights_it_stands_on():
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert "CC0" in card
    assert "Apache-2.0" in card
    assert "Fashion-MNIST" in card


def test_its_confusion_matrix_holds_every_photo_of_the_folds(bundle):
    metrics = bundle.facts["metrics"]

    assert np.array(metrics["confusion"]).sum() == metrics["figures"]["accuracy_folds"]["count"]


def test_plain_surfaces_and_noise_are_no_garments(bundle, encoder):
    rng = np.random.default_rng(0)
    wall = np.clip(rng.normal(150, 4, (300, 400, 3)), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)

    for reading in encoder.read([Photo(wall), Photo(noise)]):
        least = bundle.rejection.garment_threshold
        assert garment_probability(reading, 1.0, bundle.rejection) < least


@pytest.mark.skipif(
    not (Path(PHOTOS) / "photos.csv").is_file() or not PHOTOS,
    reason=f"needs the clothing photos: set {FOLDER_SETTING}",
)
def test_photos_that_it_never_saw_are_named_and_kept(bundle, encoder):
    unseen = [photo for photo in garments(load_clothing_photos()) if photo.split == "test"][::4]

    readings = encoder.read([open_photo(photo.path.read_bytes()) for photo in unseen])

    named = [CATEGORIES[int(reading.probabilities.argmax())] for reading in readings]
    right = np.mean([name == photo.label for name, photo in zip(named, unseen, strict=True)])
    least = bundle.rejection.garment_threshold
    kept = [garment_probability(each, 0.0, bundle.rejection) >= least for each in readings]
    assert right > 0.8
    assert np.mean(kept) > 0.9


@pytest.mark.train
def test_its_onnx_network_answers_as_its_keras_network(bundle):
    pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")
    from training.bundle.bundling import check_same_answers
    from training.networks.stored import load_network

    spec = bundle.input
    shape = (8, spec.height, spec.width, spec.channels)
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)

    assert check_same_answers(bundle, load_network(FOLDER), images) < 1e-4
