"""A photo training can be interrupted anywhere and ends the same."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.errors import BadRun
from training.fit.fine_tune import FineTuneConfig, build, read_all
from training.fit.history import read_history
from training.fit.photo_fit import PhotoSet, fit_photos
from training.networks.efficientnet_lite import LITES, LiteSpec
from training.progress import no_progress
from training.views.photo_augment import PLAIN
from training.views.still_views import split_at, still_views

pytestmark = pytest.mark.train

CONFIG = FineTuneConfig(
    lite="tiny", height=32, width=24, embedding_dim=8, epochs=2, batch_size=8, frozen_blocks=2,
    views=2, drop_path=0, mixup=0.3, ranges=PLAIN,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    rng = np.random.default_rng(0)
    labels = np.arange(24) % 2
    framed = rng.integers(60, 120, (24, 37, 27, 3), dtype=np.uint8)
    framed[labels == 1] += 100
    early, _, _ = split_at(start(), CONFIG.frozen_blocks)
    photos = still_views(
        early,
        framed,
        views=CONFIG.views,
        side=(CONFIG.height, CONFIG.width),
        ranges=CONFIG.ranges,
        seed=0,
        file=tmp_path_factory.mktemp("views") / "views.npy",
        progress=no_progress,
    )
    return PhotoSet(
        photos, np.arange(16), labels[:16], 2, framed[16:, 2:34, 1:25].copy(), labels[16:]
    )


@pytest.fixture(scope="module", autouse=True)
def tiny():
    """Make the smallest network of the family known, for every test here."""
    LITES["tiny"] = LiteSpec("tiny", width=0.25, depth=0.25, side=32)
    yield
    del LITES["tiny"]


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    """Give a network, its folder, and its weights before it was fitted there."""
    folder = tmp_path_factory.mktemp("whole")
    model = start()
    before = {name: model.get_layer(name).get_weights() for name in ("stem_conv", "head_conv")}
    fit_photos(model, data, CONFIG, folder, progress=no_progress)
    return model, folder, before


class Stop(Exception):
    pass


def stop_in_the_second_epoch(done, total, text):
    if done > total // 2:
        raise Stop


def start():
    keras.utils.set_random_seed(1)
    return build(CONFIG, 2)


def test_each_epoch_leaves_its_figures(whole):
    epochs = read_history(whole[1])

    assert [epoch.epoch for epoch in epochs] == [1, 2]
    assert all(0 <= epoch.val_accuracy <= 1 and epoch.val_loss > 0 for epoch in epochs)


def test_an_interrupted_training_goes_on_to_the_same_network(data, whole, tmp_path):
    with pytest.raises(Stop):
        fit_photos(start(), data, CONFIG, tmp_path, progress=stop_in_the_second_epoch)

    again = start()
    fit_photos(again, data, CONFIG, tmp_path, progress=no_progress)

    np.testing.assert_allclose(
        read_all(again, data.watched)[0], read_all(whole[0], data.watched)[0], atol=1e-4
    )


def test_frozen_blocks_stay_as_they_were(whole):
    model, _, before = whole

    after = {name: model.get_layer(name).get_weights() for name in before}

    np.testing.assert_array_equal(after["stem_conv"][0], before["stem_conv"][0])
    assert not np.array_equal(after["head_conv"][0], before["head_conv"][0])


def test_a_checkpoint_of_other_settings_is_refused(data, whole):
    with pytest.raises(BadRun, match="other settings"):
        fit_photos(start(), data, replace(CONFIG, seed=5), whole[1], progress=no_progress)
