"""The one loop of every training: what it keeps, when it stops, and what it goes on from."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.errors import BadRun
from training.fit import checkpoint
from training.fit.course import CHECKPOINT_FILE, Curves, Plan, keep_best, run_course
from training.fit.history import Epoch, read_history
from training.progress import no_progress

pytestmark = pytest.mark.train


class Steps(keras.utils.PyDataset):  # type: ignore[misc] # Keras has no types
    """Two batches that pull the only weight towards 1."""

    def __len__(self):
        return 2

    def __getitem__(self, place):
        return np.ones((4, 1), np.float32), np.ones((4, 1), np.float32)


@pytest.fixture
def trainer():
    """A network of one weight, which begins at 0."""
    inputs = keras.Input((1,))
    outputs = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.1), "mse", jit_compile=False)
    return model


def weight_of(trainer):
    return float(trainer.get_weights()[0].item())


def losing(*losses):
    """Watch held-out losses that are these, one after the other."""
    coming = iter(losses)
    return lambda logs: Curves(logs["loss"], 0, next(coming), 0)


def run(trainer, plan, folder=None, **more):
    return run_course(trainer, lambda _epoch: Steps(), plan, no_progress, folder=folder, **more)


def test_the_weights_of_the_lowest_held_out_loss_are_left(trainer):
    after = []

    def keep(kept, weights, epochs):
        after.append(weights[0].item())
        return keep_best(kept, weights, epochs)

    run(trainer, Plan(4, seed=0), watch=losing(3, 1, 1, 2), keep=keep)

    assert after == sorted(set(after))  # each epoch moved the weight
    assert weight_of(trainer) == pytest.approx(after[1])  # the first of equals


def test_it_stops_when_patience_is_over_counted_from_the_best(trainer):
    epochs = run(trainer, Plan(9, seed=0, patience=2), watch=losing(3, 1, 1, 2, 0), keep=keep_best)

    assert [epoch.epoch for epoch in epochs] == [1, 2, 3, 4]


def test_epochs_are_numbered_on_from_the_beginning_and_it_may_be_kept(trainer):
    begin = Epoch(0, 0.0, 1.0, 0.0, 0.5, 0.0)

    epochs = run(
        trainer,
        Plan(2, seed=0),
        watch=losing(0.6, 0.7),
        begin=[begin],
        keep=keep_best,
        kept=trainer.get_weights(),
    )

    assert [epoch.epoch for epoch in epochs] == [0, 1, 2]
    assert weight_of(trainer) == 0


def test_without_a_folder_nothing_is_written_and_the_last_weights_are_left(trainer, tmp_path):
    run(trainer, Plan(2, seed=None))

    assert weight_of(trainer) > 0.2
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_of_other_settings_is_refused(trainer, tmp_path):
    run(trainer, Plan(1, 0, settings={"side": (2, 3)}), tmp_path, watch=losing(1))

    run(trainer, Plan(1, 0, settings={"side": (2, 3)}), tmp_path, watch=losing(1))
    with pytest.raises(BadRun, match="other settings"):
        run(trainer, Plan(1, 0, settings={"side": (2, 4)}), tmp_path, watch=losing(1))


def test_a_checkpoint_of_before_settings_were_kept_in_it_is_gone_on_from(trainer, tmp_path):
    run(trainer, Plan(1, seed=0), tmp_path, watch=losing(2), keep=keep_best)
    facts, groups = checkpoint.load_state(tmp_path / CHECKPOINT_FILE)
    del facts["config"]
    checkpoint.save_state(tmp_path / CHECKPOINT_FILE, facts, groups)

    run(trainer, Plan(3, seed=0), tmp_path, watch=losing(1, 3), keep=keep_best)

    assert [epoch.val_loss for epoch in read_history(tmp_path)] == [2, 1, 3]
