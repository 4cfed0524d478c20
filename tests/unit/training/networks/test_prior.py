"""Rare categories get their due, and nothing else changes."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras
import onnxruntime

from training.fit.fine_tune import FineTuneConfig, build, read_all
from training.networks.prior import without_prior
from training.networks.stored import as_served
from training.onnx.export import to_onnx

pytestmark = pytest.mark.train

LABELS = np.array([0] * 97 + [1] * 9 + [2])
PICTURES = np.random.default_rng(0).integers(0, 256, (4, 32, 24, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    config = FineTuneConfig(height=32, width=24, embedding_dim=8, drop_path=0)
    return build(config, 3, sized=True)


def test_the_logarithm_of_each_share_is_taken_off(model):
    before, embeddings = read_all(model, PICTURES)

    after, same = read_all(without_prior(model, LABELS, 0.5), PICTURES)

    shares = np.array([98, 10, 2]) / 110
    np.testing.assert_allclose(after, before - 0.5 * np.log(shares), atol=1e-4)
    np.testing.assert_array_equal(same, embeddings)


def test_without_strength_nothing_changes(model):
    after, _ = read_all(without_prior(model, LABELS, 0.0), PICTURES)

    np.testing.assert_allclose(after, read_all(model, PICTURES)[0], atol=1e-6)


def test_it_is_kept_on_disk_and_exported(model):
    adjusted = without_prior(model, LABELS, 0.5)
    expected, _ = read_all(adjusted, PICTURES)

    served = as_served(adjusted, 32, 24)
    session = onnxruntime.InferenceSession(to_onnx(served).SerializeToString())

    np.testing.assert_allclose(read_all(served, PICTURES)[0], expected, atol=1e-5)
    told = session.run(["logits"], {"images": PICTURES})[0]
    np.testing.assert_allclose(told, expected, atol=1e-4)
