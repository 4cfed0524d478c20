"""The photo network: EfficientNet-Lite, a unit embedding, and a softmax over cosines."""

from typing import Any

import keras
from keras import layers, ops

from training.networks.efficientnet_lite import LiteSpec, features


@keras.saving.register_keras_serializable(package="lookalike")
class CosineLogits(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Compares a unit embedding with one direction a label: `scale * cosine`.

    What pulls a photo towards its category's direction is then also what makes photos of one
    category alike, so one training serves both jobs (https://arxiv.org/abs/1703.06870 and later).
    """

    def __init__(self, num_labels: int, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_labels = num_labels
        self.scale = scale

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the labels' directions `(dim, labels)`."""
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.num_labels), initializer="glorot_uniform", name="kernel"
        )

    def call(self, embedding: Any) -> Any:
        """Turn embeddings `(n, dim)` into logits `(n, labels)`, within `-scale` and `scale`."""
        return self.scale * ops.matmul(embedding, ops.normalize(self.kernel, axis=0))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the logits."""
        return (*input_shape[:-1], self.num_labels)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "num_labels": self.num_labels, "scale": self.scale}


def build_head(
    pooled: Any, num_labels: int, *, embedding_dim: int, scale: float, dropout: float = 0.0
) -> dict[str, Any]:
    """Put the embedding and the logits on pooled features `(n, 1280)`."""
    x = layers.Dropout(dropout, name="drop")(pooled)
    # Linear on purpose: after a ReLU no two embeddings could have a cosine below 0.
    x = layers.Dense(embedding_dim, name="embedding_raw")(x)
    embedding = layers.UnitNormalization(name="embedding", dtype="float32")(x)
    logits = CosineLogits(num_labels, scale, name="logits", dtype="float32")(embedding)
    return {"logits": logits, "embedding": embedding}


def build_photo_network(
    spec: LiteSpec,
    num_labels: int,
    *,
    height: int | None = None,
    width: int | None = None,
    embedding_dim: int = 256,
    scale: float = 16.0,
    dropout: float = 0.2,
    drop_path: float = 0.0,
) -> keras.Model:
    """Build the network: uint8 `(n, height, width, 3)` to logits and a unit embedding.

    It rescales its own input, so a caller cannot forget to. Without a size it takes any.
    """
    images = keras.Input((height, width, 3), dtype="uint8", name="images")
    x = features(images, spec, drop_path=drop_path)
    pooled = layers.GlobalAveragePooling2D(name="pool")(x)
    head = build_head(pooled, num_labels, embedding_dim=embedding_dim, scale=scale, dropout=dropout)
    return keras.Model(images, head, name=f"photo-{spec.name}")
