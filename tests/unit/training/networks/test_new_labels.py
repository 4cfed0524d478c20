"""A trained network takes up a shop's categories from a few examples of each."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.networks.efficientnet_lite import LITE0
from training.networks.new_labels import Example, mean_directions, with_labels
from training.networks.photo import build_photo_network

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(2)
    return build_photo_network(LITE0, 3, height=32, width=32, embedding_dim=16)


@pytest.fixture(scope="module")
def pictures():
    """Plain pictures of three colours with some noise, and which colour each has."""
    rng = np.random.default_rng(4)
    labels = np.arange(18) % 3
    colours = np.array([[220, 30, 30], [30, 200, 40], [40, 60, 210]])
    noise = rng.integers(-20, 20, (18, 32, 32, 3))
    return (colours[labels][:, None, None] + noise).clip(0, 255).astype(np.uint8), labels


def test_a_photo_like_the_examples_gets_their_category(model, pictures):
    images, labels = pictures
    known = model.predict(images[:9], verbose=0)["embedding"]

    shop = with_labels(model, 3, Example(known, labels[:9]))

    told = shop.predict(images[9:], verbose=0)
    np.testing.assert_array_equal(told["logits"].argmax(1), labels[9:])


def test_the_embeddings_stay_as_they_were(model, pictures):
    images, labels = pictures
    before = model.predict(images, verbose=0)["embedding"]

    shop = with_labels(model, 3, Example(before, labels))

    np.testing.assert_allclose(shop.predict(images, verbose=0)["embedding"], before, atol=1e-6)


def test_directions_have_length_one():
    examples = Example(np.eye(4, dtype=np.float32), np.array([0, 0, 1, 1]))

    directions = mean_directions(examples, 2)

    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1, atol=1e-6)
    np.testing.assert_allclose(directions[:, 0], [0.5**0.5, 0.5**0.5, 0, 0], atol=1e-6)


def test_a_category_without_an_example_is_refused():
    with pytest.raises(ValueError, match="each of 3 categories needs an example"):
        mean_directions(Example(np.eye(2, dtype=np.float32), np.array([0, 2])), 3)
