"""A shop's own photos: trained on, judged, exported, promoted in a service, and searched by."""

import json
import shutil

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.model.bundle import load_bundle
from service.cli.entry import run as serve
from tests.shop_photos import COLOURS, draw_garment, draw_shop, tiny_photo_bundle
from tests.tiny_bundle import make_bundle
from training.cli import run as train
from training.data.shop_photos import read_shop_photos
from training.errors import BadRun
from training.fit.history import read_history
from training.networks.stored import load_network
from training.progress import no_bars
from training.recipes.shop.config import ShopConfig, fingerprint_of
from training.recipes.shop.fit import fit_shop
from training.recipes.shop.result import export_shop_run, read_result

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    return tiny_photo_bundle(tmp_path_factory.mktemp("start") / "bundle")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    return read_shop_photos(draw_shop(tmp_path_factory.mktemp("shop")))


def fit(photos, start, folder, bars=no_bars, resume=False, **settings):
    options = {"epochs": 3, "batch_size": 8, "frozen": 0.9, "learning_rate": 1e-3, **settings}
    config = ShopConfig(start=start.fingerprint, photos=fingerprint_of(photos), **options)
    return fit_shop(
        photos,
        start,
        config,
        folder,
        source="shop",
        command="a command",
        bars=bars,
        resume=resume,
        others_per_kind=4,
    )


@pytest.fixture(scope="module")
def fitted(photos, start, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    return folder, fit(photos, start, folder)


def test_the_run_keeps_what_a_bundle_needs_and_nothing_else(fitted):
    folder, _ = fitted

    assert {path.name for path in folder.iterdir()} == {
        "architecture.json",
        "history.csv",
        "model.weights.h5",
        "probe.npy",
        "result.json",
        "shop.json",
    }


def test_its_categories_are_the_folders_and_it_tells_them_apart(fitted):
    _, result = fitted

    assert result.labels == tuple(sorted(COLOURS))
    assert result.figures["accuracy"].value > 0.8
    assert result.figures["accuracy"].low < result.figures["accuracy"].value
    assert "before_accuracy" in result.figures


def test_the_history_begins_before_any_training(fitted):
    folder, _ = fitted

    epochs = [epoch.epoch for epoch in read_history(folder)]

    assert epochs == [0, 1, 2, 3]


def test_both_photos_of_a_product_are_on_the_same_side(fitted, photos):
    _, result = fitted

    assert result.origin.fitted_on + result.origin.held_out == len(photos)
    assert result.origin.held_out % 2 == 0


def test_what_was_written_is_read_back_the_same(fitted):
    folder, result = fitted

    again = read_result(folder)

    assert again.figures == result.figures
    assert again.origin == result.origin
    assert again.judgement.thresholds == result.judgement.thresholds
    np.testing.assert_array_equal(again.judgement.confusion, result.judgement.confusion)


def test_an_interrupted_training_goes_on_to_the_very_same_weights(fitted, photos, start, tmp_path):
    def stop_in_the_second_epoch(name):
        def stop(done, total, text):
            if name == "training" and text.startswith("epoch 2"):
                raise KeyboardInterrupt

        return stop

    with pytest.raises(KeyboardInterrupt):
        fit(photos, start, tmp_path / "run", stop_in_the_second_epoch)
    with pytest.raises(BadRun, match="go on with --resume"):
        export_shop_run(tmp_path / "run", tmp_path / "bundle", "none")

    fit(photos, start, tmp_path / "run", resume=True)

    mine, whole = (load_network(folder).get_weights() for folder in (tmp_path / "run", fitted[0]))
    for one, other in zip(mine, whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_finished_training_is_not_done_again(fitted, photos, start):
    folder, result = fitted

    again = fit(photos, start, folder, resume=True)

    assert again.figures == result.figures


def test_a_run_of_other_settings_is_refused(fitted, photos, start):
    with pytest.raises(BadRun, match="other photos or settings"):
        fit(photos, start, fitted[0], resume=True, epochs=9)
    with pytest.raises(BadRun, match="holds a run already"):
        fit(photos, start, fitted[0])


def test_a_folder_with_something_else_in_it_is_left_alone(photos, start, tmp_path):
    (tmp_path / "letters.txt").write_text("mine")

    with pytest.raises(BadRun, match="not empty"):
        fit(photos, start, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_start_that_reads_grey_pictures_is_refused(photos, tmp_path):
    with pytest.raises(BadRun, match="colour photos"):
        fit(photos, make_bundle(tmp_path / "grey"), tmp_path / "run")


def test_the_command_trains_exports_and_says_what_to_do_next(start, tmp_path, capsys):
    data = draw_shop(tmp_path / "stock", per_category=6)

    where = ["--output", str(tmp_path / "run"), "--bundle", str(tmp_path / "autumn")]
    code = train(["fit", "--data", str(data), "--from", str(start.path), "--quick", *where])

    told = capsys.readouterr().out
    assert code == 0
    assert "held-out accuracy" in told
    assert told.index("lookalike model compare") < told.index("lookalike model promote")
    bundle = load_bundle(tmp_path / "autumn")
    assert bundle.name == "autumn"
    assert bundle.facts["start"]["fingerprint"] == start.fingerprint
    assert bundle.facts["command"] == "lookalike-train fit --data stock --from tiny-photos --quick"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--quick"], "--quick needs --data"),
        (["--from", "x"], "--from needs --data"),
        (["--data", ".", "--network", "classic"], "--network goes with Fashion-MNIST only"),
        (["--data", ".", "--name", "x"], "--name needs --bundle"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments, complaint, tmp_path, capsys):
    code = train(["fit", "--output", str(tmp_path / "run"), *arguments])

    assert code == 2
    assert complaint in capsys.readouterr().err


def test_an_unreadable_photo_is_named_in_one_line(start, tmp_path, capsys):
    data = draw_shop(tmp_path / "stock", per_category=4)
    (data / "hats" / "torn.jpg").write_bytes(b"\xff\xd8\xff torn")

    code = train(
        ["fit", "--data", str(data), "--from", str(start.path), "--output", str(tmp_path / "run")]
    )

    assert code == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("lookalike-train: every photo must be readable")
    assert "torn.jpg" in last
    assert list((tmp_path / "run").iterdir()) == []  # so that it can be tried again


def test_a_service_promotes_the_bundle_and_finds_by_a_new_photo(
    fitted, photos, tmp_path, monkeypatch, capsys
):
    make_bundle(tmp_path / "first")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "first"))
    (tmp_path / "stock").mkdir()
    for number, photo in enumerate(photos):
        shutil.copy(photo.path, tmp_path / "stock" / f"{photo.label}-{number}.png")
    assert serve(["import", str(tmp_path / "stock")]) == 0
    exported = train(["export", str(fitted[0]), "--output", str(tmp_path / "own"), "--name", "own"])
    assert exported == 0

    assert serve(["model", "promote", str(tmp_path / "own")]) == 0

    rng = np.random.default_rng(77)
    for label, colour in COLOURS.items():
        draw_garment(colour, rng).save(tmp_path / "query.png")
        capsys.readouterr()
        assert serve(["search", str(tmp_path / "query.png"), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["category"]["label"] == label
        assert found["hits"][0]["sku"].startswith(label)
