"""The photo network keeps its promises and learns what it is shown."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.fit.fine_tune import (
    FineTuneConfig,
    build,
    fit_head,
    freeze_early,
    loss_of,
    read_all,
    trainer_of,
)
from training.views.photo_augment import PLAIN
from training.views.photo_batches import PhotoBatches

pytestmark = pytest.mark.train

SMALL = FineTuneConfig(
    height=32, width=32, embedding_dim=16, epochs=2, batch_size=8, drop_path=0, ranges=PLAIN
)


@pytest.fixture(scope="module")
def pictures():
    """Light garments on the left of the picture, or dark ones on the right."""
    rng = np.random.default_rng(3)
    labels = np.arange(32) % 2
    images = rng.integers(90, 160, (32, 32, 32, 3), dtype=np.uint8)
    images[labels == 0, :, :16] += 90
    images[labels == 1, :, 16:] -= 90
    return images, labels


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return build(SMALL, 2)


def test_embeddings_have_length_one_and_logits_stay_within_the_scale(model, pictures):
    logits, embeddings = read_all(model, pictures[0])

    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)
    assert embeddings.shape == (32, 16)
    assert np.abs(logits).max() <= SMALL.scale + 1e-4


def test_a_network_comes_back_from_its_architecture_and_weights(model, pictures, tmp_path):
    model.save_weights(tmp_path / "model.weights.h5")
    again = keras.models.model_from_json(model.to_json())
    again.load_weights(tmp_path / "model.weights.h5")

    np.testing.assert_allclose(
        read_all(again, pictures[0])[0], read_all(model, pictures[0])[0], atol=1e-5
    )


def test_a_head_learns_from_features_that_stand_still(pictures):
    rng = np.random.default_rng(0)
    labels = pictures[1]
    features = rng.normal(size=(32, 1280)).astype(np.float32) + 0.5 * labels[:, None]
    keras.utils.set_random_seed(1)
    model = build(SMALL, 2)

    fit_head(model, features, labels, SMALL)

    head = keras.Model(model.get_layer("drop").input, model.output["logits"])
    assert (head.predict(features, verbose=0).argmax(1) == labels).mean() > 0.9


def test_fine_tuning_lowers_the_loss_and_leaves_the_frozen_alone(pictures):
    images, labels = pictures
    # Few layers are trained, so that few have to be traced.
    config = replace(SMALL, epochs=4, learning_rate=1e-3, frozen_blocks=15, dropout=0)
    keras.utils.set_random_seed(1)
    model = build(config, 2)
    stem = model.get_layer("stem_conv").get_weights()[0].copy()
    batches = PhotoBatches(
        images, np.arange(32), labels, num_labels=2, side=(32, 32), batch_size=8, ranges=PLAIN
    )
    trainer = trainer_of(model, config, labels, len(batches))

    losses = trainer.fit(batches, epochs=4, verbose=0).history["loss"]

    assert losses[-1] < losses[0]
    np.testing.assert_array_equal(model.get_layer("stem_conv").get_weights()[0], stem)


@pytest.mark.parametrize(
    ("blocks", "frozen"), [(-1, set()), (1, {"stem_conv", "block0_project_conv"})]
)
def test_only_the_early_layers_are_frozen(model, blocks, frozen):
    freeze_early(model, blocks)

    still = {layer.name for layer in model.layers if layer.weights and not layer.trainable}
    assert frozen <= still
    assert "block1_expand_conv" not in still


def test_a_margin_makes_the_right_answer_harder():
    labels = np.array([0, 1])
    targets, logits = np.eye(2, dtype=np.float32), np.array([[3, 0], [0, 3]], dtype=np.float32)

    plain = float(loss_of(SMALL, labels, 2)(targets, logits))
    harder = float(loss_of(replace(SMALL, margin=0.2), labels, 2)(targets, logits))

    assert harder > plain


def test_a_prior_asks_more_of_the_rare_label():
    labels = np.array([0] * 9 + [1])
    logits = np.zeros((1, 2), dtype=np.float32)
    loss = loss_of(replace(SMALL, prior=1.0), labels, 2)

    common, rare = (float(loss(np.eye(2, dtype=np.float32)[[label]], logits)) for label in (0, 1))

    assert rare > common
