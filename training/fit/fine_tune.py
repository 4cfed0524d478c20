"""Fine-tunes the photo network: first the head on still features, then all of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops

from embeddings.types import Ids, Pixels, Vectors
from training.fit.rates import warmed_adamw
from training.networks.efficientnet_lite import LITES
from training.networks.photo import build_head, build_photo_network
from training.networks.prior import log_shares
from training.views.photo_augment import ViewRanges


@dataclass(frozen=True, slots=True)
class FineTuneConfig:
    """Everything that decides what a training gives, apart from the photos."""

    lite: str = "efficientnet-lite0"
    height: int = 224
    width: int = 224
    enlarge: float = 1.0  # when it serves, of both sides
    embedding_dim: int = 256
    scale: float = 16.0  # of the cosines
    margin: float = 0.0  # by how much the right cosine must win
    head_epochs: int = 15  # of the head alone, before; 0: it goes on as it is
    epochs: int = 12
    batch_size: int = 32
    learning_rate: float = 2e-4
    weight_decay: float = 1e-3
    label_smoothing: float = 0.1
    dropout: float = 0.2
    drop_path: float = 0.1
    balance: float = 0.0  # 0: photos as they come, 1: every category equally often
    prior: float = 0.0  # how far the loss makes up for rare categories
    mixup: float = 0.0  # of the batches
    ema: float = 0.0  # 0: the last weights, else how slowly the mean follows
    frozen_blocks: int = 0  # with the stem; -1: nothing is frozen
    views: int = 8  # of each photo, whose frozen features are worked out once
    articles: int = 0  # grey studio articles that are learned from, one view each
    studio_share: float = 0.0  # of each batch: such articles
    seed: int = 0
    ranges: ViewRanges = field(default_factory=ViewRanges)

    @property
    def served(self) -> tuple[int, int]:
        """Height and width of the pictures that the network reads when it serves.

        On views, things look larger than on whole photos; and a network that was shown small
        pictures tells larger ones better yet (https://arxiv.org/abs/1906.06423).
        """
        return round(self.height * self.enlarge), round(self.width * self.enlarge)

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> "FineTuneConfig":
        """Read what `dataclasses.asdict` and JSON made of one. Raises: TypeError."""
        ranges = {**facts["ranges"], "zoom": tuple(facts["ranges"]["zoom"])}
        return cls(**{**facts, "ranges": ViewRanges(**ranges)})


def build(config: FineTuneConfig, num_labels: int, *, sized: bool = False) -> keras.Model:
    """Build an untrained network: of any input size, or of the configured one."""
    height, width = (config.height, config.width) if sized else (None, None)
    return build_photo_network(
        LITES[config.lite],
        num_labels,
        height=height,
        width=width,
        embedding_dim=config.embedding_dim,
        scale=config.scale,
        dropout=config.dropout,
        drop_path=config.drop_path,
    )


def fit_head(model: keras.Model, pooled: Vectors, labels: Ids, config: FineTuneConfig) -> None:
    """Train only the head, on features `(n, 1280)` that stand still; it takes seconds.

    A head that starts at random would first pull the features out of shape
    (https://arxiv.org/abs/2202.10054).
    """
    keras.utils.set_random_seed(config.seed)
    inputs = keras.Input((pooled.shape[1],))
    num_labels = model.get_layer("logits").num_labels
    outputs = build_head(
        inputs, num_labels, embedding_dim=config.embedding_dim, scale=config.scale, dropout=0.3
    )
    head = keras.Model(inputs, outputs["logits"])
    targets = np.eye(num_labels, dtype=np.float32)[labels]
    head.compile(
        keras.optimizers.AdamW(1e-3, weight_decay=1e-2),
        loss_of(config, labels, num_labels),
        jit_compile=False,
    )
    head.optimizer.build(head.trainable_variables)  # or the step would be traced twice
    head.fit(pooled, targets, batch_size=64, epochs=config.head_epochs, verbose=0)
    for name in ("embedding_raw", "logits"):
        model.get_layer(name).set_weights(head.get_layer(name).get_weights())


def trainer_of(
    model: keras.Model, config: FineTuneConfig, labels: Ids, steps_per_epoch: int
) -> keras.Model:
    """Return a compiled model that shares `model`'s layers and is fitted on `(images, targets)`.

    The embedding is trained through the logits. The rate is warmed up, then falls by a cosine.
    """
    freeze_early(model, config.frozen_blocks)
    steps = config.epochs * steps_per_epoch
    warm = min(steps_per_epoch, steps // 4)
    optimizer = warmed_adamw(
        config.learning_rate,
        first=config.learning_rate / 20,
        steps=steps,
        warm=warm,
        weight_decay=config.weight_decay,
        clipnorm=5.0,
        use_ema=config.ema > 0,
        ema_momentum=config.ema or 0.99,
    )
    trainer = keras.Model(model.input, model.output["logits"])
    num_labels = model.get_layer("logits").num_labels
    # Compiling for the CPU by XLA takes longer than it saves.
    trainer.compile(
        optimizer,
        loss_of(config, labels, num_labels),
        # Made here: a metric that a step makes while Keras traces it has it traced again.
        metrics=[keras.metrics.CategoricalAccuracy("accuracy")],
        jit_compile=False,
    )
    return trainer


def loss_of(config: FineTuneConfig, labels: Ids, num_labels: int) -> Callable[[Any, Any], Any]:
    """Return the loss: cross-entropy of the logits, made harder for the right and common labels.

    The margin is CosFace's (https://arxiv.org/abs/1801.09414); `prior` adds the logarithm of each
    label's share in training, so that what is learnt does not favour the common ones
    (https://arxiv.org/abs/2007.07314).
    """
    prior = (config.prior * log_shares(labels, num_labels)).astype(np.float32)
    entropy = keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=config.label_smoothing
    )

    def loss(targets: Any, logits: Any) -> Any:
        penalty = config.scale * config.margin * ops.cast(targets, logits.dtype)
        return entropy(targets, logits + ops.convert_to_tensor(prior) - penalty)

    return loss


def freeze_early(model: keras.Model, blocks: int) -> None:
    """Keep the stem and the first `blocks` blocks as they are; -1 freezes nothing."""
    for layer in model.layers:
        name = layer.name
        number = int(name[5:].split("_")[0]) if name.startswith("block") else math.inf
        layer.trainable = blocks < 0 or not (name.startswith("stem") or number < blocks)


def read_all(model: keras.Model, images: Pixels, batch_size: int = 32) -> tuple[Vectors, Vectors]:
    """Return logits `(n, labels)` and embeddings `(n, dim)` of pictures of the network's size."""
    answers = model.predict(images, batch_size=batch_size, verbose=0)
    return answers["logits"], answers["embedding"]
