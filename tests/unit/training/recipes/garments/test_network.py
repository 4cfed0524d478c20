"""The garment network: its tones are CIELAB's, its halves add up, its ONNX says the same."""

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import cv2
import keras

from training.networks.efficientnet_lite import LITE0
from training.networks.garment_layers import Halves, Moments, Spread, ToneShares, tone_centres
from training.onnx.export import to_onnx
from training.onnx.garment_layers import register
from training.recipes.garments.network.network import (
    KIND_DIM,
    build_garment_network,
    early_of,
    freeze_early,
    late_of,
    served_of,
)

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def network():
    """A network of the smallest size, untrained but for noise in what begins at zero."""
    keras.utils.set_random_seed(1)  # the tolerances are of this one
    model = build_garment_network(LITE0, height=64, width=64, kind_weight=0.4)
    rng = np.random.default_rng(0)
    for name in ("attention", "norm"):
        layer = model.get_layer(name)
        layer.set_weights([rng.uniform(0.3, 0.9, w.shape) for w in layer.get_weights()])
    return model


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (3, 64, 64, 3), np.uint8)


@pytest.mark.parametrize("colour", [(200, 30, 60), (8, 8, 10), (250, 248, 240), (20, 90, 160)])
def test_a_colour_is_shared_among_the_tones_near_it_in_cielab(colour):
    spread = 11.0
    even = np.full((1, 4, 4, 3), colour, np.float32)

    shares = np.asarray(ToneShares(4, spread)(even))[0, 0, 0]

    lab = cv2.cvtColor(np.array([[colour]], np.float32) / 255, cv2.COLOR_RGB2LAB)[0, 0]
    apart = ((tone_centres() - lab) ** 2).sum(axis=1)
    right = np.exp(-(apart - apart.min()) / (2 * spread**2))
    assert shares == pytest.approx(right / right.sum(), abs=1e-2)


def test_halves_weigh_the_cosine_of_each_part():
    raw = np.random.default_rng(2).normal(size=(2, 10)).astype(np.float32)

    one, other = np.asarray(Halves(4, 0.3)(raw))

    def cosine(part):
        a, b = raw[0, part], raw[1, part]
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    expected = 0.3 * cosine(slice(0, 4)) + 0.7 * cosine(slice(4, 10))
    assert one @ other == pytest.approx(expected, abs=1e-5)
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)


def test_moments_give_mean_and_deviation_of_each_square():
    x = np.random.default_rng(3).normal(size=(1, 4, 4, 2)).astype(np.float32)

    moments = np.asarray(Moments(4)(x))[0, 0, 0]
    spread = np.asarray(Spread()(moments[None]))[0]

    assert spread[:2] == pytest.approx(x[0].reshape(-1, 2).mean(axis=0), abs=1e-5)
    assert spread[2:] == pytest.approx(x[0].reshape(-1, 2).std(axis=0), abs=1e-2)


def test_the_exported_network_answers_as_the_trained_one(network, images):
    register()
    served = served_of(network)

    session = onnxruntime.InferenceSession(to_onnx(served).SerializeToString())
    told = session.run(list(served.output), {"images": images})

    right = served.predict_on_batch(images)
    for name, answer in zip(served.output, told, strict=True):
        assert answer == pytest.approx(right[name], abs=1e-4), name


@pytest.mark.parametrize("stages", [3, 5])
def test_the_late_part_goes_on_where_the_early_part_ends(stages, network, images):
    whole = network.predict_on_batch(images)

    maps = early_of(network, stages).predict_on_batch(images)
    told = late_of(network, stages).predict_on_batch([maps["trunk"], maps["sides"]])

    assert told["embedding"] == pytest.approx(whole["embedding"], abs=1e-4)
    assert told["logits"] == pytest.approx(whole["logits"], abs=1e-3)


def test_kinds_ask_the_first_half_alone_and_colours_the_second(network, images):
    told = network.predict_on_batch(images)
    embedding = told["embedding"]

    def cosines(part, name):
        unit = embedding[:, part] / np.linalg.norm(embedding[:, part], axis=1, keepdims=True)
        directions = network.get_layer(name).get_weights()[0]
        return 16 * unit @ (directions / np.linalg.norm(directions, axis=0))

    assert cosines(slice(0, KIND_DIM), "logits") == pytest.approx(told["logits"], abs=1e-3)
    assert cosines(slice(KIND_DIM, None), "colour") == pytest.approx(told["colour"], abs=1e-3)


@pytest.mark.parametrize(("stages", "last_frozen", "first_learning"), [(3, 4, 5), (5, 10, 11)])
def test_only_the_late_blocks_learn(stages, last_frozen, first_learning):
    model = build_garment_network(LITE0)

    freeze_early(model, LITE0, stages)

    learning = {layer.name for layer in model.layers if layer.trainable_weights}
    assert not any(name.startswith(("stem", "block0_")) for name in learning)
    assert not any(name.startswith(f"block{last_frozen}_") for name in learning)
    assert any(name.startswith(f"block{first_learning}_") for name in learning)
    assert not any("depthwise" in name for name in learning)
    assert {"attention", "embedding_raw", "logits", "colour", "head_conv"} <= learning


def test_a_network_of_any_size_sees_what_one_of_a_size_sees(network):
    anyhow = build_garment_network(LITE0, kind_weight=0.4)
    anyhow.set_weights(network.get_weights())
    pictures = np.random.default_rng(3).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    larger = np.random.default_rng(4).integers(0, 256, (1, 96, 64, 3), dtype=np.uint8)

    told, expected = anyhow.predict_on_batch(pictures), network.predict_on_batch(pictures)

    for name in ("features", "embedding", "sides"):
        np.testing.assert_array_equal(np.asarray(told[name]), np.asarray(expected[name]))
    assert anyhow.predict_on_batch(larger)["features"].shape[1] == told["features"].shape[1]
