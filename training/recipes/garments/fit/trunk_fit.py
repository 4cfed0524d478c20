"""Fits the late blocks and the attention, on views kept behind the frozen blocks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from embeddings.types import Ids
from training.fit.course import Curves, Plan, run_course
from training.fit.rates import warmed_adamw
from training.progress import Progress
from training.recipes.garments.fit.portions import Portion, PortionBatches, TrunkConfig
from training.recipes.garments.network.losses import (
    of_allowed,
    of_attention,
    of_shares,
    of_smoothed,
)
from training.recipes.garments.pictures.kept_views import KeptViews


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Pictures that the curves are drawn by; nothing is chosen by them."""

    views: KeptViews
    kinds: npt.NDArray[np.bool_]  # of each place
    learned: Ids  # some places that are learnt from
    held_out: Ids  # some that are not


class TrunkTrainer(keras.Model):  # type: ignore[misc] # Keras has no types
    """Sums the losses of one batch."""

    config: TrunkConfig

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None,
        training: bool = True,
    ) -> Any:  # fmt: skip
        """Weigh kind, colour, tones and attention."""
        share = ops.mean(y["share"])
        kinds, colours = (
            share * of_smoothed(y_pred[output], y[name], smoothing)
            + (1 - share) * of_smoothed(y_pred[output], y[f"other_{name}"], smoothing)
            for output, name, smoothing in (
                ("logits", "kinds", self.config.smoothing),
                ("colour", "colours", 0.0),
            )
        )
        return (
            kinds
            + self.config.colour * colours
            + self.config.tones * of_shares(y_pred["tones"], y["tones"])
            + self.config.attention
            * of_attention(ops.squeeze(y_pred["attention"], -1), y["cover"], y["counted"])
        )


def fit_trunk(
    late: keras.Model,
    portions: Sequence[Portion],
    config: TrunkConfig,
    watched: Watched,
    folder: Path,
    progress: Progress,
) -> None:
    """Fit what is trainable of `late`, which takes trunk and sides, in place.

    `folder` gets `history.csv` and a checkpoint after each epoch. Where it has a checkpoint of the
    same settings, it goes on from there.

    Raises:
        BadRun: the folder holds a run of other settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(config.seed)
    steps = len(PortionBatches(portions, config, 0))
    run_course(
        _trainer(late, config, steps),
        lambda number: PortionBatches(portions, config, number),
        Plan(config.epochs, config.seed, settings=asdict(config)),
        progress,
        folder=folder,
        watch=lambda _logs: _measure(late, watched),
    )


def _measure(late: keras.Model, watched: Watched) -> Curves:
    """Return the loss and the accuracy of the kind, of first views, without what is dropped."""
    kinds = keras.Model(late.input, late.output["logits"])
    told = []
    for rows in (watched.learned, watched.held_out):
        if not len(rows):
            told += [float("nan"), float("nan")]  # nobody was held out, and no curve is drawn
            continue
        logits = np.concatenate(
            [
                np.asarray(kinds.predict_on_batch(watched.views.maps(part, 0)))
                for part in np.array_split(rows, max(1, len(rows) // 50))
            ]
        )
        allowed = watched.kinds[rows]
        right = allowed[np.arange(len(rows)), logits.argmax(axis=1)].mean()
        told += [float(of_allowed(logits, allowed.astype(np.float32))), float(right)]
    return Curves(*told)


def _trainer(late: keras.Model, config: TrunkConfig, steps_per_epoch: int) -> keras.Model:
    wanted = ("logits", "colour", "tones", "attention")
    trainer = TrunkTrainer(late.input, {name: late.output[name] for name in wanted})
    trainer.config = config
    steps = config.epochs * steps_per_epoch
    warm = min(steps_per_epoch, steps // 5)
    optimizer = warmed_adamw(
        config.learning_rate,
        first=config.learning_rate / 20,
        steps=steps,
        warm=warm,
        weight_decay=config.weight_decay,
        clipnorm=5.0,
    )
    trainer.compile(optimizer, jit_compile=False)
    return trainer
