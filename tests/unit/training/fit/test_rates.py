"""The rate of a step is worked out once, and is the one that Keras works out for each variable."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.config import FitConfig
from training.fit.fine_tune import FineTuneConfig, fit_head, trainer_of
from training.fit.rates import warmed_adamw
from training.fit.trainer import compiled
from training.networks.photo import build_head

pytestmark = pytest.mark.train

PICTURES = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
TARGETS = np.eye(2, dtype=np.float32)[np.arange(16) % 2]
SETTINGS = {"weight_decay": 0.1, "clipnorm": 5.0}


def network():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Dense(3)(inputs)))


def fitted(optimizer):
    """The weights after eight steps, two of them while the rate rises."""
    model = network()
    model.compile(optimizer, "mse", jit_compile=False)
    model.fit(PICTURES, TARGETS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return model.get_weights()


def rising_then_falling():
    return keras.optimizers.schedules.CosineDecay(
        0.01, 6, alpha=0.1, warmup_target=0.2, warmup_steps=2
    )


def test_it_fits_as_keras_own_does():
    expected = fitted(keras.optimizers.AdamW(rising_then_falling(), **SETTINGS))

    mine = fitted(warmed_adamw(0.2, first=0.01, lowest=0.1, steps=8, warm=2, **SETTINGS))

    for one, other in zip(mine, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_rate_is_worked_out_once_a_step_however_many_variables_there_are():
    optimizer = warmed_adamw(0.2, first=0.01, lowest=0.1, steps=8, warm=2, **SETTINGS)
    asked = []
    work_out = optimizer._get_current_learning_rate

    def counted():
        asked.append(1)
        return work_out()

    optimizer._get_current_learning_rate = counted
    variables = network().trainable_variables

    optimizer.apply([np.ones(v.shape, np.float32) for v in variables], variables)

    assert len(variables) == 4
    assert len(asked) == 1


def test_between_steps_it_tells_the_rate_of_the_next():
    optimizer = warmed_adamw(0.2, first=0.01, lowest=0.1, steps=8, warm=2, **SETTINGS)
    variables = network().trainable_variables
    told = []

    for _ in range(9):
        told.append(float(optimizer.learning_rate))
        optimizer.apply([np.ones(v.shape, np.float32) for v in variables], variables)

    assert told[0] == pytest.approx(0.01)
    assert told[2] == pytest.approx(0.2)
    assert told[8] == pytest.approx(0.02)


@pytest.fixture
def traced(monkeypatch):
    """Count how often a training's step is traced."""
    counts = []
    step = keras.Model.train_step

    def counted(self, data):
        counts.append(1)
        return step(self, data)

    monkeypatch.setattr(keras.Model, "train_step", counted)
    return counts


def test_a_fine_tunings_step_is_traced_once(traced):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, build_head(inputs, 2, embedding_dim=3, scale=8.0))
    trainer = trainer_of(model, FineTuneConfig(epochs=1), np.arange(16) % 2, 2)
    trainer.optimizer.build(trainer.trainable_variables)

    trainer.fit(PICTURES, TARGETS, batch_size=8, verbose=0)

    assert len(traced) == 1


def test_a_heads_step_is_traced_once(traced):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, build_head(inputs, 2, embedding_dim=3, scale=8.0))

    fit_head(model, PICTURES, np.arange(16) % 2, FineTuneConfig(embedding_dim=3, scale=8.0))

    assert len(traced) == 1


def test_the_step_of_a_fit_is_traced_once(traced):
    _, trainer = compiled(FitConfig(network="classic", epochs=1), 2, 28, 1, steps=2)
    pictures = np.zeros((16, 28, 28, 1), np.uint8)

    trainer.fit(pictures, TARGETS, batch_size=8, verbose=0)

    assert len(traced) == 1
