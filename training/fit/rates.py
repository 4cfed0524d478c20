"""AdamW, warmed up and then lowered along a cosine (https://arxiv.org/abs/1711.05101)."""

from collections.abc import Sequence
from typing import Any

import keras


class OneRateAdamW(keras.optimizers.AdamW):  # type: ignore[misc] # Keras has no types
    """Works its rate out once a step, where Keras does so again for each variable that decays.

    The rate of a schedule is some twenty operations, and a network has dozens of variables: without
    this a third of the time before a training's first step goes into the same number over and over.
    """

    _of_this_step: Any = None

    @keras.optimizers.AdamW.learning_rate.getter  # type: ignore[untyped-decorator] # the same
    def learning_rate(self) -> Any:
        """Return the rate of the step that is being taken, or else of the next one."""
        if self._of_this_step is not None:
            return self._of_this_step
        return self._get_current_learning_rate()

    def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> None:
        """Take one step."""
        self._of_this_step = self._get_current_learning_rate()
        try:
            super().apply(grads, trainable_variables)
        finally:
            self._of_this_step = None


def warmed_adamw(
    rate: float, *, first: float, lowest: float = 0.01, steps: int, warm: int, **settings: Any
) -> keras.optimizers.Optimizer:
    """Return AdamW for `steps` steps, whose rate rises from `first` to `rate` in `warm` of them.

    From there it falls along a cosine to `lowest` times `rate`. `settings` are Keras's own.
    """
    schedule = keras.optimizers.schedules.CosineDecay(
        first,
        max(1, steps - warm),
        alpha=lowest,
        warmup_target=rate,
        warmup_steps=warm,
    )
    return OneRateAdamW(schedule, **settings)
