"""One epoch of a fit, told as it goes."""

from collections.abc import Callable
from typing import Any

import keras


def run_epoch(
    trainer: keras.Model,
    batches: keras.utils.PyDataset,
    number: int,
    tell: Callable[[int, float], None],
) -> dict[str, float]:
    """Fit on every batch once, in order, as epoch `number` from 0; gives its mean figures.

    `tell` gets the number of each step, from 0, and the mean loss up to there.
    """

    def told(step: int, logs: dict[str, Any] | None = None) -> None:
        tell(step, float((logs or {}).get("loss", float("nan"))))

    history = trainer.fit(
        batches,
        initial_epoch=number,
        epochs=number + 1,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=told)],
    )
    return {name: float(row[-1]) for name, row in history.history.items()}
