"""The networks: uint8 pictures in, logits and a unit-length embedding out."""

from dataclasses import dataclass

import keras
from keras import layers

PIXEL_SCALE = 1 / 255


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """What a network is built from; `build` turns it into a model."""

    name: str
    filters: tuple[int, ...]
    embedding_dim: int
    conv_dropout: float = 0.0  # after each convolution, 0..1
    flatten_dropout: float = 0.0  # before the dense layer, which has most of the parameters
    dense_dropout: float = 0.0  # before the logits


CLASSIC = NetworkSpec("classic", filters=(32, 64), embedding_dim=128)
TEACHER = NetworkSpec("teacher", filters=(32, 64, 160, 160), embedding_dim=256)

SPECS = {spec.name: spec for spec in (CLASSIC, TEACHER)}


def network_spec(name: str) -> NetworkSpec:
    """Find a network by its name."""
    if name not in SPECS:
        raise ValueError(f"a network is one of {', '.join(SPECS)}; got '{name}'")
    return SPECS[name]


def build(spec: NetworkSpec, num_labels: int, side: int = 28, channels: int = 1) -> keras.Model:
    """Build an untrained network: uint8 `(n, side, side, channels)` to logits and embedding.

    Every convolution but the third is followed by a 2x2 max-pool. The ReLU stands after the pool:
    the maximum of rectified values is the rectified maximum, and it costs a quarter.
    """
    images = keras.Input((side, side, channels), dtype="uint8", name="images")
    x = layers.Rescaling(PIXEL_SCALE, name="rescale")(images)
    # Standardises the pixels by their own mean and spread, learning nothing.
    x = layers.BatchNormalization(scale=False, center=False, name="standardise")(x)
    for number, filters in enumerate(spec.filters, start=1):
        x = layers.Conv2D(filters, 4 if number < 3 else 3, padding="same", name=f"conv{number}")(x)
        if number < 3:
            x = layers.MaxPooling2D(name=f"pool{number}")(x)
        if number > 2:
            x = layers.BatchNormalization(name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
        x = layers.Dropout(spec.conv_dropout, name=f"drop{number}")(x)
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
