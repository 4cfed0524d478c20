"""A fit repeats itself, resumes exactly, and stops early."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

from training.config import FitConfig
from training.data.split import FitData
from training.errors import BadRun
from training.fit.fitting import fit
from training.fit.history import read_history
from training.networks.predict import answer
from training.networks.small import CLASSIC, build
from training.networks.stored import load_network

pytestmark = pytest.mark.train

CONFIG = FitConfig(network="classic", epochs=3, batch_size=16, warmup_epochs=0.5, conv_dropout=0.1)


class Interrupted(Exception):
    """Stands for a killed process."""


def interrupt_at(step):
    def progress(done, total, text):
        if done >= step:
            raise Interrupted(text)

    return progress


@pytest.fixture(scope="module")
def data():
    """Pictures of two kinds: light in the upper or in the lower half."""
    rng = np.random.default_rng(7)
    labels = np.arange(60) % 2
    images = rng.integers(0, 60, (60, 28, 28, 1), dtype=np.uint8)
    images[labels == 0, :14] += 120
    images[labels == 1, 14:] += 120
    return FitData(images[:40], labels[:40], images[40:], labels[40:], ("up", "down"))


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    fit(CONFIG, data, folder)
    return folder


def test_an_interrupted_fit_resumes_to_the_same_network(data, whole, tmp_path):
    with pytest.raises(Interrupted):
        fit(CONFIG, data, tmp_path, progress=interrupt_at(5))
    resumed = fit(CONFIG, data, tmp_path, resume=True)

    for mine, theirs in zip(resumed.get_weights(), load_network(whole).get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (tmp_path / "history.csv").read_text() == (whole / "history.csv").read_text()


def test_a_fit_learns_what_tells_the_labels_apart(data, whole):
    told = answer(load_network(whole), data.held_out_images)

    assert (told.logits.argmax(1) == data.held_out_labels).mean() > 0.9
    np.testing.assert_allclose(np.linalg.norm(told.embeddings, axis=1), 1, atol=1e-5)


def test_another_seed_gives_another_network(data, whole, tmp_path):
    other = fit(replace(CONFIG, seed=1), data, tmp_path)

    assert not np.allclose(other.get_weights()[3], load_network(whole).get_weights()[3])


def test_a_fit_stops_when_the_held_out_loss_no_longer_falls(data, tmp_path):
    hasty = replace(CONFIG, epochs=60, patience=1, learning_rate=0.2)

    fit(hasty, data, tmp_path)

    assert len(read_history(tmp_path)) < 60


def test_a_run_is_not_overwritten_unasked(data, whole):
    with pytest.raises(BadRun, match="holds a run already"):
        fit(CONFIG, data, whole)


def test_a_run_of_other_settings_is_not_resumed(data, whole):
    with pytest.raises(BadRun, match="other settings"):
        fit(replace(CONFIG, seed=5), data, whole, resume=True)


def test_a_finished_run_is_loaded_when_resumed(data, whole):
    again = fit(CONFIG, data, whole, resume=True)

    np.testing.assert_array_equal(again.get_weights()[2], load_network(whole).get_weights()[2])


def test_the_mean_of_the_last_epochs_is_kept(data, tmp_path):
    weights = []
    for epochs in (2, 3):  # at a steady rate three epochs begin with the very two
        steady = replace(CONFIG, epochs=epochs, warmup_epochs=0.0, lowest_rate=1.0)
        last = replace(steady, averaged_epochs=1)
        weights.append(fit(last, data, tmp_path / str(epochs)).get_weights())

    both = fit(replace(last, averaged_epochs=2), data, tmp_path / "both").get_weights()

    for second, third, mean in zip(*weights, both, strict=True):
        np.testing.assert_allclose(mean, (second + third) / 2, atol=1e-6)
    assert any(np.abs(a - b).max() > 1e-3 for a, b in zip(*weights, strict=True))


def test_an_interrupted_average_resumes_to_the_same_network(data, tmp_path):
    averaging = replace(CONFIG, averaged_epochs=2, cosine_weight=0.5, erase=0.5)
    whole = fit(averaging, data, tmp_path / "whole")

    with pytest.raises(Interrupted):
        fit(averaging, data, tmp_path / "cut", progress=interrupt_at(8))  # in the third epoch
    resumed = fit(averaging, data, tmp_path / "cut", resume=True)

    for mine, theirs in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_fit_that_averages_runs_all_its_epochs(data, tmp_path):
    hasty = replace(CONFIG, epochs=6, patience=1, learning_rate=0.2, averaged_epochs=1)

    fit(hasty, data, tmp_path)

    assert len(read_history(tmp_path)) == 6


def test_the_second_loss_trains_the_embedding_and_leaves_the_network_as_it_is(data, tmp_path):
    second = fit(replace(CONFIG, cosine_weight=1.0), data, tmp_path)

    told = answer(second, data.held_out_images)
    cosines = told.embeddings @ told.embeddings.T
    same = data.held_out_labels[:, None] == data.held_out_labels
    assert cosines[same].mean() > 0.8 > 0.5 > cosines[~same].mean()
    assert [weight.shape for weight in second.weights] == [
        weight.shape for weight in load_network(tmp_path).weights
    ]
    assert second.count_params() == build(CLASSIC, 2).count_params()


def test_a_student_without_teachers_is_refused(data, tmp_path):
    with pytest.raises(ValueError, match="batches that teachers answered"):
        fit(replace(CONFIG, distil_weight=1.0, view_epochs=2), data, tmp_path)
