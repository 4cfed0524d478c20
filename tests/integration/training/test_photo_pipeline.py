"""From drawn photos of many senders to a photo bundle, through the recipe's own steps."""

import csv
import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import tensorflow as tf  # type: ignore[import-untyped] # it ships no types

from embeddings.datasets.clothing_photos import garments, load_clothing_photos
from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import SHIPPED
from tests.clothing import jpeg
from training.data.photo_data import open_album
from training.errors import BadRun
from training.fit.fine_tune import FineTuneConfig
from training.networks import convert_lite
from training.networks.efficientnet_lite import LITES, LiteSpec
from training.networks.stored import load_network
from training.others.sources import SOURCES
from training.progress import no_bars
from training.recipes.photos.export import ORDER, assess_bundle, assess_photos, write_shipped
from training.recipes.photos.recipe import PhotoRecipe
from training.recipes.photos.runs import COARSE, FINAL, continue_from, fit_all, read_recipe, splits
from training.recipes.recognising import knows_photos
from training.reports.photo_report import write_photo_report
from training.views.photo_augment import PLAIN

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:Even though the .*run_functions_eagerly:UserWarning"),
]

CONFIG = FineTuneConfig(
    lite="tiny", height=32, width=24, embedding_dim=8, head_epochs=2, epochs=1, batch_size=48,
    frozen_blocks=2,
    views=2, articles=6, studio_share=0.125, drop_path=0, ranges=PLAIN,
)  # fmt: skip
CLOSE = replace(CONFIG, height=64, width=48, enlarge=1.25, head_epochs=0, views=1, seed=1)
LABELS = ("T-Shirt", "Pants", "Dress", "Hat", "Not sure")


def begin_at_random(model, name):
    """Leave a network as it was built: the real weights are not what is tested here."""


@pytest.fixture(scope="module", autouse=True)
def at_once():
    """Take each step at once: tracing nine trainings of a few steps would be most of the work.

    How one is traced, and goes on where it was, is held by the unit tests of `fit_photos`.
    """
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Give 150 photos, three of a sender, every seventh one a test photo."""
    home = tmp_path_factory.mktemp("photos")
    (home / "images").mkdir()
    with (home / "photos.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "label", "sender_id", "kids", "split"])
        for number in range(150):
            (home / "images" / f"p{number}.jpg").write_bytes(jpeg(number))
            split = "test" if number % 7 == 0 else "train"
            writer.writerow([f"p{number}", LABELS[number % 5], number // 3, "False", split])
    return load_clothing_photos(home)


@pytest.fixture(scope="module")
def studio():
    images = np.random.default_rng(0).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    return Part(images, np.arange(60, dtype=np.int64) % 10)


@pytest.fixture(scope="module", autouse=True)
def surroundings(tmp_path_factory):
    """Make the smallest network known, and lay down six other things of every source."""
    home = tmp_path_factory.mktemp("things")
    rng = np.random.default_rng(0)
    for source in SOURCES:
        (home / source.name).mkdir()
        for index in range(6):
            file = io.BytesIO()
            pixels = rng.integers(0, 256, (48, 48, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(file, "PNG")
            (home / source.name / f"{index}.png").write_bytes(file.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKALIKE_OTHER_THINGS", str(home))
        patch.setitem(LITES, "tiny", LiteSpec("tiny", width=0.25, depth=0.25, side=32))
        patch.setitem(convert_lite.PACKAGES, "tiny", "tiny_model")
        yield


@pytest.fixture(scope="module")
def work(photos, studio, tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    album, coarse = open_album(garments(photos)), folder / COARSE
    fit_all(CONFIG, album, studio, coarse, no_bars, begin_at_random)
    fit_all(CLOSE, album, studio, folder, no_bars, continue_from(coarse))
    return folder


@pytest.fixture(scope="module")
def told(work, photos, studio):
    return assess_photos(work, photos, studio, no_bars, per_kind=6)


@pytest.fixture(scope="module")
def bundle(work, told, tmp_path_factory):
    return write_shipped(work, tmp_path_factory.mktemp("out") / "made", "made", told)


def test_no_sender_and_no_test_photo_is_on_both_sides_of_a_fold(photos):
    album = open_album(garments(photos))

    for part in splits(album):
        fitted = {album.senders[place] for place in part.fitted}
        assert not fitted & {album.senders[place] for place in part.held_out}
        assert not album.is_test[np.concatenate([part.fitted, part.held_out])].any()


def test_every_photo_but_the_test_photos_is_held_out_of_one_fold(photos):
    album = open_album(garments(photos))

    held = np.concatenate([part.held_out for part in splits(album) if part.name != FINAL])

    assert sorted(held) == np.flatnonzero(~album.is_test).tolist()


def test_every_figure_that_is_asked_for_is_told_with_its_sample(told):
    assert tuple(told.figures) == ORDER
    assert told.figures["subset_test"].count == 18
    assert told.figures["accuracy_folds"].count == 102
    for figure in told.figures.values():
        assert figure.low is None or figure.low <= figure.value <= figure.high


def test_the_bundle_is_judged_again_to_the_same_figures(bundle, told, photos, studio):
    figures, _ = assess_bundle(bundle, photos, studio, no_bars, per_kind=6)

    for key in ("subset_test", "calibration_test", "auroc"):
        assert figures[key].value == pytest.approx(told.figures[key].value, abs=1e-6)
    assert "as recorded" in figures["accuracy_folds"].title


def test_the_bundles_rule_asks_the_embedding_alone(bundle):
    assert len(bundle.rejection.direction) == 8


def test_the_closer_look_goes_on_with_the_weights_of_the_coarse_one(work, photos, studio, tmp_path):
    still = replace(CLOSE, learning_rate=0.0)
    album = open_album(garments(photos))
    *folds, final = (part.name for part in splits(album))
    for fold in folds:  # is fitted already: one run shows it
        shutil.copytree(work / fold, tmp_path / fold)

    run = fit_all(still, album, studio, tmp_path, no_bars, continue_from(work / COARSE))[-1]

    before, after = load_network(work / COARSE / final), load_network(run)
    assert after.input.shape[1:3] == (80, 60)
    for one, other in zip(before.get_weights(), after.get_weights(), strict=True):
        np.testing.assert_allclose(other, one, atol=1e-6)


@pytest.mark.parametrize(
    "close", [replace(CLOSE, frozen_blocks=3), replace(CLOSE, lite="efficientnet-lite1")]
)
def test_a_closer_look_of_another_network_or_at_less_of_it_is_refused(close):
    with pytest.raises(ValueError, match="second freezes no block that the first"):
        PhotoRecipe(CONFIG, close)


def test_runs_of_other_settings_are_refused(work, photos, studio):
    album = open_album(garments(photos))

    with pytest.raises(BadRun, match="other settings"):
        fit_all(replace(CLOSE, seed=3), album, studio, work, no_bars, begin_at_random)


def test_runs_on_other_photos_are_refused(work, photos, studio):
    album = open_album(garments(photos))
    exchanged = replace(album, paths=album.paths[::-1], names=album.names[::-1])
    close = read_recipe(work / COARSE)

    with pytest.raises(BadRun, match="other photos"):
        fit_all(close, exchanged, studio, work / COARSE, no_bars, begin_at_random)


def test_the_report_shows_every_figure_and_the_curve(told, tmp_path):
    judged = told.judged.by(told.thresholds.rejection)

    path = write_photo_report("A <photo> network", told.figures, judged, tmp_path / "report")

    text = path.read_text(encoding="utf-8")
    assert "A &lt;photo&gt; network" in text
    assert all(figure.title in text for figure in told.figures.values())
    assert (tmp_path / "report" / "roc.png").stat().st_size > 1000


def test_runs_and_bundles_of_photos_are_told_from_those_of_articles(work, bundle):
    assert knows_photos(work)
    assert knows_photos(bundle.path)
    assert not knows_photos(SHIPPED / "fashion-mnist")
