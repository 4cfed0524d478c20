"""The networks: uint8 pictures in, logits and a unit-length embedding out."""

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from training.networks.precision import precision

PIXEL_SCALE = 1 / 255


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """What a network is built from; `build` turns it into a model."""

    name: str
    filters: tuple[int, ...]
    embedding_dim: int
    residual: bool = False  # deeper, with shortcuts, for networks that others learn from
    conv_dropout: float = 0.0  # after each pool, 0..1
    flatten_dropout: float = 0.0  # before the dense layer, which has most of the parameters
    dense_dropout: float = 0.0  # before the logits


CLASSIC = NetworkSpec("classic", filters=(32, 64), embedding_dim=128)
TEACHER = NetworkSpec("teacher", filters=(32, 72, 144), embedding_dim=256, residual=True)

SPECS = {spec.name: spec for spec in (CLASSIC, TEACHER)}


def network_spec(name: str) -> NetworkSpec:
    """Find a network by its name."""
    if name not in SPECS:
        raise ValueError(f"a network is one of {', '.join(SPECS)}; got '{name}'")
    return SPECS[name]


def build(spec: NetworkSpec, num_labels: int, side: int = 28, channels: int = 1) -> keras.Model:
    """Build an untrained network: uint8 `(n, side, side, channels)` to logits and embedding."""
    images = keras.Input((side, side, channels), dtype="uint8", name="images")
    x = layers.Rescaling(PIXEL_SCALE, name="rescale")(images)
    # Standardises the pixels by their own mean and spread, learning nothing.
    x = layers.BatchNormalization(scale=False, center=False, name="standardise")(x)
    x = _residual(x, spec) if spec.residual else _plain(x, spec)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(spec.flatten_dropout, name="drop_flat")(x)
    x = layers.Dense(spec.embedding_dim, name="dense")(x)
    x = layers.BatchNormalization(name="norm")(x)
    # Taken before the ReLU: after it no two embeddings could have a cosine below 0.
    embedding = layers.UnitNormalization(name="embedding", dtype="float32")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(spec.dense_dropout, name="drop")(x)
    logits = layers.Dense(num_labels, name="logits", dtype="float32")(x)
    return keras.Model(images, {"logits": logits, "embedding": embedding}, name=spec.name)


def in_precision(name: str, model: keras.Model, network: str) -> keras.Model:
    """Copy a fitted `network`, to compute under another dtype policy; its weights are the same."""
    labels, (_, side, _, channels) = model.output["logits"].shape[-1], model.input.shape
    with precision(name):
        copy = build(network_spec(network), labels, side, channels)
    copy.set_weights(model.get_weights())
    return copy


def _plain(x: Any, spec: NetworkSpec) -> Any:
    """Convolve by 4x4, each time followed by a 2x2 max-pool.

    The ReLU stands after the pool: the maximum of rectified values is the rectified maximum, and it
    costs a quarter.
    """
    for number, filters in enumerate(spec.filters, start=1):
        x = layers.Conv2D(filters, 4, padding="same", name=f"conv{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
        x = layers.Dropout(spec.conv_dropout, name=f"drop{number}")(x)
    return x


def _residual(x: Any, spec: NetworkSpec) -> Any:
    """Convolve by 3x3 with normalisation; a pair with a shortcut follows each first convolution.

    He et al.: Deep residual learning, https://arxiv.org/abs/1512.03385; the order of the stages is
    that of the small networks of https://dawn.cs.stanford.edu/benchmark/.
    """
    for number, filters in enumerate(spec.filters, start=1):
        x = _normalised(x, filters, f"stage{number}_widen")
        shortcut = x
        if number > 1:
            x = _normalised(x, filters, f"stage{number}_first")
        x = _normalised(x, filters, f"stage{number}_second")
        if number > 1:
            x = layers.Add(name=f"stage{number}_add")([x, shortcut])
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
        x = layers.Dropout(spec.conv_dropout, name=f"drop{number}")(x)
    return x


def _normalised(x: Any, filters: int, name: str) -> Any:
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
