"""What a fit optimises: the network's logits and, if asked for, its embedding's directions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
from keras import layers, ops

from training.config import FitConfig
from training.fit.rates import warmed_adamw
from training.networks.photo import CosineLogits
from training.networks.precision import precision
from training.networks.small import build, network_spec

COSINE_SCALE = 16.0  # as of the photo network


def compiled(
    config: FitConfig, num_labels: int, side: int, channels: int, steps: int
) -> tuple[keras.Model, keras.Model]:
    """Return a network, and the model that trains it: pictures to logits, `steps` times an epoch.

    With `cosine_weight` the trainer gives a second row of logits beside the first: the cosine of
    the embedding to a direction a label. They are no part of the network.
    """
    keras.utils.set_random_seed(config.seed)
    spec = replace(
        network_spec(config.network),
        conv_dropout=config.conv_dropout,
        flatten_dropout=config.flatten_dropout,
        dense_dropout=config.dense_dropout,
    )
    with precision(config.precision):
        model = build(spec, num_labels, side, channels)
        heads = model.output["logits"]
        if config.cosine_weight:
            layer = CosineLogits(num_labels, COSINE_SCALE, name="directions", dtype="float32")
            directions = layer(model.output["embedding"])
            heads = layers.Concatenate(name="heads", dtype="float32")([heads, directions])
        trainer = keras.Model(model.input, heads)
    trainer.compile(
        optimizer=_optimizer(config, steps),
        loss=_loss(config, num_labels),
        # Made here: a metric that a step makes while Keras traces it has it traced again.
        metrics=[keras.metrics.MeanMetricWrapper(_accuracy(num_labels), "accuracy")],
        # Compiling for the CPU by XLA was measured four times slower than its own kernels.
        jit_compile=False,
    )
    trainer.optimizer.build(trainer.trainable_variables)
    return model, trainer


def _optimizer(config: FitConfig, steps: int) -> keras.optimizers.Optimizer:
    """Return AdamW, which leaves offsets and scales as large as they are."""
    warmup = int(steps * min(config.warmup_epochs, config.epochs / 2))
    optimizer = warmed_adamw(
        config.learning_rate,
        first=config.learning_rate / 20,
        lowest=config.lowest_rate,
        steps=steps * config.epochs,
        warm=warmup,
        weight_decay=config.weight_decay,
    )
    # Shrinking an offset or a scale towards 0 does not simplify a network.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _loss(config: FitConfig, num_labels: int) -> Callable[[Any, Any], Any]:
    """Cross-entropy against soft targets, at a temperature (https://arxiv.org/abs/1503.02531)."""
    temperature = config.distil_temperature

    def cross_entropy(targets: Any, logits: Any) -> Any:
        told = ops.categorical_crossentropy(targets, logits / temperature, from_logits=True)
        # The gradients shrink with the square of the temperature; this undoes it.
        return told * temperature**2

    def loss(targets: Any, heads: Any) -> Any:
        told = cross_entropy(targets, heads[:, :num_labels])
        if config.cosine_weight:
            told += config.cosine_weight * cross_entropy(targets, heads[:, num_labels:])
        return told

    return loss


def _accuracy(num_labels: int) -> Callable[[Any, Any], Any]:
    def accuracy(targets: Any, heads: Any) -> Any:
        return keras.metrics.categorical_accuracy(targets, heads[:, :num_labels])

    return accuracy
