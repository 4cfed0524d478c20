"""Fits the head: embedding, kinds, colours and tones, on pooled features that stand still.

Views of thousands of garments fit into one batch then, and what tells the one garment from all the
others is learnt in minutes. Each garment comes in two: moved, as the blocks learnt from it, and as
it is served. Kinds are asked of the latter alone: larger and upright it is what will be asked.
Touvron et al., https://arxiv.org/abs/1906.06423, say why that gap costs so much.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.fit.course import Plan, run_course
from training.fit.rates import warmed_adamw
from training.progress import Progress
from training.recipes.garments.network.losses import (
    of_allowed,
    of_look,
    of_shared_colour,
    of_shares,
)
from training.recipes.garments.network.network import head_part
from training.views.balance import draw_order

HEAD_LAYERS = ("norm", "embedding_raw", "logits", "colour", "tone_logits")


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """What decides a training of the head, apart from the features."""

    epochs: int = 20
    moved: int = 2  # views of each garment to choose the moved one from
    garments: int = 384  # of a batch, each in two views
    learning_rate: float = 2e-3
    weight_decay: float = 2e-2
    dropout: float = 0.5  # of what the kind is told by
    look_dropout: float = 0.2
    balance: float = 0.35
    kind_weight: float = 0.55
    kind_scale: float = 10.0  # of the cosines with the kinds
    temperature: float = 0.07  # of the look
    look: float = 1.0  # weights of the losses beside that of the kind
    colour: float = 0.6
    shared_colour: float = 0.5
    shared_temperature: float = 0.1
    tones: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class HeadData:
    """Features of garments and what is known of each."""

    moved: npt.NDArray[np.float16]  # (n, views, features)
    served: npt.NDArray[np.float16]  # (n, features)
    rows: Ids  # places to learn from
    names: npt.NDArray[np.str_]  # of each place: what it is balanced by
    kinds: npt.NDArray[np.bool_]
    colours: npt.NDArray[np.bool_]
    tones: Vectors


class HeadTrainer(keras.Model):  # type: ignore[misc] # Keras has no types
    """Sums the losses of one batch, whose second half shows the garments of the first."""

    config: HeadConfig

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None,
        training: bool = True,
    ) -> Any:  # fmt: skip
        """Weigh kind, look, colour and tones."""
        return (
            of_allowed(y_pred["logits"], y["kinds"])
            + self.config.look * of_look(y_pred["look"], self.config.temperature)
            + self.config.colour * of_allowed(y_pred["colour"], y["colours"])
            + self.config.tones * of_shares(y_pred["tones"], y["tones"])
            + self.config.shared_colour
            * of_shared_colour(y_pred["look"], y["colours"], self.config.shared_temperature)
        )


class PairBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Gives `(features, truths)`: garments moved, then the same garments as they are served."""

    def __init__(self, data: HeadData, config: HeadConfig, epoch: int) -> None:
        super().__init__()
        self._data, self._config, self._epoch = data, config, epoch
        _, labels = np.unique(data.names[data.rows], return_inverse=True)
        self._order = data.rows[draw_order(labels, config.balance, [config.seed, epoch])]

    def __len__(self) -> int:
        return max(1, len(self._order) // self._config.garments)

    def __getitem__(self, place: int) -> tuple[Vectors, dict[str, Vectors]]:
        data, size = self._data, self._config.garments
        rows = self._order[place * size : (place + 1) * size]
        rng = np.random.default_rng([self._config.seed, self._epoch, place])
        view = rng.integers(0, data.moved.shape[1], len(rows))
        features = np.concatenate([data.moved[rows, view], data.served[rows]])
        twice = np.concatenate([rows, rows])
        kinds = data.kinds[rows]
        truths = {
            # A row that allows nothing counts for nothing.
            "kinds": np.concatenate([np.zeros_like(kinds), kinds]).astype(np.float32),
            "colours": data.colours[twice].astype(np.float32),
            "tones": data.tones[twice],
        }
        return features.astype(np.float32), truths


def fit_head(data: HeadData, config: HeadConfig, progress: Progress) -> keras.Model:
    """Fit a head on features `(n, features)`; gives a model of its layers."""
    keras.utils.set_random_seed(config.seed)
    inputs = keras.Input((data.served.shape[-1],), name="features")
    head = head_part(
        inputs,
        kind_weight=config.kind_weight,
        kind_scale=config.kind_scale,
        dropout=config.dropout,
        look_dropout=config.look_dropout,
    )
    look = keras.Model(inputs, head).get_layer("look").output
    outputs = {name: head[name] for name in ("logits", "colour", "tones", "embedding")}
    trainer = HeadTrainer(inputs, {**outputs, "look": look})
    trainer.config = config
    # The features' own means and deviations, once, and not those of each batch.
    seen = data.served[data.rows].astype(np.float32)
    norm = trainer.get_layer("norm")
    width = seen.shape[1]
    norm.set_weights([np.ones(width), np.zeros(width), seen.mean(axis=0), seen.var(axis=0)])
    norm.trainable = False
    steps = len(PairBatches(data, config, 0))
    total = config.epochs * steps
    optimizer = warmed_adamw(
        config.learning_rate,
        first=config.learning_rate / 10,
        steps=total,
        warm=steps,
        weight_decay=config.weight_decay,
    )
    trainer.compile(optimizer, jit_compile=False)
    run_course(
        trainer,
        lambda number: PairBatches(data, config, number),
        Plan(config.epochs, seed=None),
        progress,
    )
    return trainer


def take_head(model: keras.Model, head: keras.Model) -> None:
    """Give the whole network a fitted head."""
    for name in HEAD_LAYERS:
        model.get_layer(name).set_weights(head.get_layer(name).get_weights())
