"""Fits the late blocks and the attention, on views kept behind the frozen blocks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from embeddings.types import Ids, Vectors
from training.errors import BadRun
from training.fit import checkpoint
from training.fit.history import Epoch, write_history
from training.fit.one_epoch import run_epoch
from training.fit.photo_fit import Progress
from training.fit.reseed import reseed_dropouts
from training.recipes.garments.network.losses import of_allowed, of_attention, of_shares
from training.recipes.garments.pictures.kept_views import UNKNOWN, KeptViews, split_maps
from training.views.balance import draw_order

CHECKPOINT_FILE = "checkpoint.npz"
_BACKGROUND = 25  # of 254: a place with less of a garment is ground


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """What decides a training of the late blocks, apart from the pictures."""

    epochs: int = 5
    batch_size: int = 48
    learning_rate: float = 4e-4
    weight_decay: float = 1e-3
    balance: float = 0.35
    colour: float = 0.5  # weights of the losses beside that of the kind
    tones: float = 0.2
    attention: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """Some of the pictures that an epoch shows, and what is known of each."""

    views: KeptViews
    rows: Ids  # places in the views to learn from
    each: int  # how many are shown in an epoch
    names: Sequence[str]  # of each place: what it is balanced by
    kinds: npt.NDArray[np.bool_]  # of each place
    colours: npt.NDArray[np.bool_]
    tones: Vectors
    whole: npt.NDArray[np.bool_]  # of each place: its cover is the garment, not a dressed person


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
        return (
            of_allowed(y_pred["logits"], y["kinds"])
            + self.config.colour * of_allowed(y_pred["colour"], y["colours"])
            + self.config.tones * of_shares(y_pred["tones"], y["tones"])
            + self.config.attention
            * of_attention(ops.squeeze(y_pred["attention"], -1), y["cover"], y["counted"])
        )


class PortionBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Gives `({trunk, sides}, truths)` out of several portions, well mixed."""

    def __init__(
        self, portions: Sequence[Portion], config: TrunkConfig, epoch: int, late: keras.Model
    ) -> None:
        super().__init__()
        self._late = late
        self._portions, self._config, self._epoch = portions, config, epoch
        rng = np.random.default_rng([config.seed, epoch, 7])
        drawn = [
            np.stack([np.full(portion.each, number), _draw(portion, config, epoch)])
            for number, portion in enumerate(portions)
            if portion.each
        ]
        every = np.concatenate(drawn, axis=1)
        self._order = every[:, rng.permutation(every.shape[1])]

    def __len__(self) -> int:
        return max(1, int(self._order.shape[1]) // self._config.batch_size)

    def __getitem__(self, place: int) -> tuple[tuple[Vectors, Vectors], dict[str, Any]]:
        part = slice(place * self._config.batch_size, (place + 1) * self._config.batch_size)
        batch = [self._one(*each) for each in self._order[:, part].T]
        maps = np.stack([each["maps"] for each in batch])
        truths = {
            name: np.stack([each[name] for each in batch]).astype(np.float32)
            for name in ("kinds", "colours", "tones", "cover", "counted")
        }
        return split_maps(maps, self._late), truths

    def _one(self, number: int, row: int) -> dict[str, Any]:
        portion = self._portions[number]
        view = (self._epoch + row) % portion.views.maps.shape[1]
        cover = portion.views.covers[row, view]
        counted = cover != UNKNOWN
        if not portion.whole[row]:
            counted &= cover < _BACKGROUND
        return {
            "maps": portion.views.maps[row, view],
            "kinds": portion.kinds[row],
            "colours": portion.colours[row],
            "tones": portion.tones[row],
            "cover": np.where(counted, cover / (UNKNOWN - 1), 0.0),
            "counted": counted,
        }


def _draw(portion: Portion, config: TrunkConfig, epoch: int) -> Ids:
    """Choose an epoch's rows, rare names more often than they come."""
    _, labels = np.unique([portion.names[row] for row in portion.rows], return_inverse=True)
    rounds = -(-portion.each // len(portion.rows))
    orders = [
        draw_order(labels, config.balance, [config.seed, epoch, lap]) for lap in range(rounds)
    ]
    return portion.rows[np.concatenate(orders)[: portion.each]]


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
    steps = len(PortionBatches(portions, config, 0, late))
    trainer = _trainer(late, config, steps)
    state = folder / CHECKPOINT_FILE
    epochs: list[Epoch] = []
    if state.exists():
        facts, groups = checkpoint.load_state(state)
        if TrunkConfig(**facts["config"]) != config:
            raise BadRun(f"{folder} holds a run of other settings than asked for")
        checkpoint.assign(trainer.weights, groups["weights"])
        checkpoint.assign(trainer.optimizer.variables, groups["optimizer"])
        epochs = [Epoch(**row) for row in facts["epochs"]]
    while len(epochs) < config.epochs:
        number = len(epochs)
        reseed_dropouts(trainer, config.seed, number)

        def tell(step: int, loss: float, number: int = number) -> None:
            text = f"epoch {number + 1} of {config.epochs}, loss {loss:.3f}"
            progress(number * steps + step + 1, config.epochs * steps, text)

        run_epoch(trainer, PortionBatches(portions, config, number, late), number, tell)
        epochs.append(_measure(late, trainer, watched, number))
        write_history(epochs, folder)
        checkpoint.save_state(
            state,
            {"epochs": [asdict(epoch) for epoch in epochs], "config": asdict(config)},
            {
                "weights": checkpoint.values(trainer.weights),
                "optimizer": checkpoint.values(trainer.optimizer.variables),
            },
        )


def _measure(late: keras.Model, trainer: keras.Model, watched: Watched, number: int) -> Epoch:
    """Tell the loss and the accuracy of the kind, of first views, without what is dropped."""
    kinds = keras.Model(late.input, late.output["logits"])
    told = []
    for rows in (watched.learned, watched.held_out):
        if not len(rows):
            told += [float("nan"), float("nan")]  # nobody was held out, and no curve is drawn
            continue
        logits = np.concatenate(
            [
                np.asarray(kinds.predict_on_batch(split_maps(watched.views.maps[part, 0], late)))
                for part in np.array_split(rows, max(1, len(rows) // 50))
            ]
        )
        allowed = watched.kinds[rows]
        right = allowed[np.arange(len(rows)), logits.argmax(axis=1)].mean()
        told += [float(of_allowed(logits, allowed.astype(np.float32))), float(right)]
    rate = float(ops.convert_to_numpy(trainer.optimizer.learning_rate))
    return Epoch(number + 1, rate, *told)


def _trainer(late: keras.Model, config: TrunkConfig, steps_per_epoch: int) -> keras.Model:
    wanted = ("logits", "colour", "tones", "attention")
    trainer = TrunkTrainer(late.input, {name: late.output[name] for name in wanted})
    trainer.config = config
    steps = config.epochs * steps_per_epoch
    warm = min(steps_per_epoch, steps // 5)
    rate = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 20,
        max(1, steps - warm),
        alpha=0.01,
        warmup_target=config.learning_rate,
        warmup_steps=warm,
    )
    trainer.compile(
        keras.optimizers.AdamW(rate, weight_decay=config.weight_decay, clipnorm=5.0),
        jit_compile=False,
    )
    trainer.optimizer.build(trainer.trainable_variables)
    return trainer
