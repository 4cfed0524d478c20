"""A shop's categories on a network of two halves: what it knew stays, to the last bit."""

import json
import shutil

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

import keras

from embeddings.model.bundle import Similarity, load_bundle
from embeddings.model.options import Options
from embeddings.model.rejection import DirectionRejection, EvidenceRejection
from embeddings.reading.encoder import open_session
from service.cli.entry import run as serve
from tests.shop_photos import COLOURS, TINY, draw_garment, draw_shop, write_start
from tests.tiny_bundle import make_bundle
from training.bundle.bundling import Thresholds
from training.cli import run as train
from training.data.framed import photo_spec
from training.fit.history import read_history
from training.others.real import FOLDER_SETTING
from training.recipes.garments.network.colours import COLOURS as COLOUR_NAMES
from training.recipes.garments.network.leaves import LEAVES
from training.recipes.garments.network.network import (
    DIM,
    KIND_DIM,
    build_garment_network,
    served_of,
)

pytestmark = pytest.mark.train

SIDE = 64


def write_divided(folder, rejection):
    """Write the bundle of a tiny garment network that was never trained."""
    keras.utils.set_random_seed(3)
    model = build_garment_network(TINY, height=SIDE, width=SIDE, kind_weight=0.55)
    options = Options(
        colours=COLOUR_NAMES,
        colour_temperature=1.5,
        tree={},
        halves={"kind": (0, KIND_DIM), "look": (KIND_DIM, DIM)},
    )
    thresholds = Thresholds(1.3, Similarity(7.5, -6.5, "look"), rejection)
    return write_start(
        folder, served_of(model), LEAVES, photo_spec(SIDE, SIDE), thresholds, options
    )


def rule_of(seed=0):
    direction = np.random.default_rng(seed).normal(0, 0.1, DIM)
    return DirectionRejection(4.0, tuple(map(float, direction)), 0.04, 0.5)


@pytest.fixture(scope="module", autouse=True)
def without_pictures_of_other_things(tmp_path_factory):
    """Judge by drawings on every machine: to read pictures takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_SETTING, str(tmp_path_factory.mktemp("others") / "none"))
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    return write_divided(tmp_path_factory.mktemp("divided") / "start", rule_of())


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    return draw_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def fitted(start, stock, tmp_path_factory):
    """The run's folder and the bundle that the command made."""
    home = tmp_path_factory.mktemp("fitted")
    where = ["--output", str(home / "run"), "--bundle", str(home / "own")]
    assert train(["fit", "--data", str(stock), "--from", str(start.path), *where]) == 0
    return home / "run", load_bundle(home / "own")


def answers(bundle, names):
    rng = np.random.default_rng(9)
    pictures = rng.integers(0, 256, (4, SIDE, SIDE, 3), np.uint8)
    return open_session(bundle).run(names, {"images": pictures})


def test_embeddings_and_colours_stay_as_they_were_to_the_last_bit(fitted, start):
    _, own = fitted

    before, after = (answers(each, ["embedding", "colour"]) for each in (start, own))

    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[1])


def test_what_was_fitted_for_the_embedding_is_carried_over(fitted, start):
    _, own = fitted

    assert (own.halves, own.colours) == (start.halves, start.colours)
    assert own.colour_temperature == start.colour_temperature
    assert own.similarity == start.similarity
    assert own.rejection.direction == start.rejection.direction
    assert own.rejection.garment_threshold <= start.rejection.garment_threshold


def test_it_tells_the_shops_categories(fitted):
    _, own = fitted

    figures = own.facts["metrics"]["figures"]

    assert own.labels == tuple(sorted(COLOURS))
    assert figures["accuracy"]["value"] > 0.8
    assert figures["kept"]["value"] > 0.9


def test_the_card_says_that_only_drawings_were_there_to_judge_by(fitted):
    _, own = fitted

    card = (own.path / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert "drawings of other things turned away" in card
    assert "fetch other-things" in card
    assert "so do its embeddings, colours and scores" in card


def test_the_history_tells_of_the_beginning_and_of_every_strength(fitted):
    folder, _ = fitted

    assert [epoch.epoch for epoch in read_history(folder)] == [0, 1, 2, 3, 4, 5]


def test_one_may_train_on_from_what_came_out(fitted, tmp_path, capsys):
    _, own = fitted
    data = draw_shop(tmp_path / "stock", per_category=6)

    where = ["--output", str(tmp_path / "run"), "--bundle", str(tmp_path / "again")]
    code = train(["fit", "--data", str(data), "--from", str(own.path), "--quick", *where])

    assert code == 0
    before, after = (
        answers(each, ["embedding"]) for each in (own, load_bundle(tmp_path / "again"))
    )
    np.testing.assert_array_equal(after[0], before[0])


def test_a_killed_one_is_gone_on_with_to_the_same_bundle(fitted, start, stock, tmp_path, capsys):
    _, own = fitted
    where = ["--output", str(tmp_path / "run"), "--bundle", str(tmp_path / "own")]
    shutil.copytree(fitted[0], tmp_path / "run")
    (tmp_path / "run" / "result.json").unlink()  # as if it had been killed before the last file

    told = ["fit", "--data", str(stock), "--from", str(start.path), *where]
    assert train(told) == 1
    assert "resume it" in capsys.readouterr().err
    assert train([*told, "--resume"]) == 0

    again = load_bundle(tmp_path / "own")
    np.testing.assert_array_equal(answers(again, ["logits"])[0], answers(own, ["logits"])[0])


@pytest.mark.parametrize("option", ["--epochs", "--batch-size", "--learning-rate", "--patience"])
def test_settings_of_a_training_are_refused_where_nothing_is_trained(
    option, start, stock, tmp_path, capsys
):
    told = ["--data", str(stock), "--from", str(start.path), "--output", str(tmp_path / "run")]

    code = train(["fit", *told, option, "3"])

    assert code == 2
    assert f"{option} goes with a bundle whose network is trained" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_rule_that_asks_more_than_the_embedding_cannot_be_carried(stock, tmp_path, capsys):
    asking = write_divided(tmp_path / "asking", EvidenceRejection(0, 1, 0, 1, 0.1, 0.2))
    told = ["--data", str(stock), "--from", str(asking.path), "--output", str(tmp_path / "run")]

    assert train(["fit", *told]) == 1

    assert "asks the embedding alone" in capsys.readouterr().err


def test_a_service_promotes_it_tells_colours_and_goes_back(
    fitted, stock, tmp_path, monkeypatch, capsys
):
    _, own = fitted
    make_bundle(tmp_path / "first")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "first"))
    assert serve(["import", str(stock), "--sku-from", "both"]) == 0
    assert serve(["model", "compare", str(own.path), "--output", str(tmp_path / "c.html")]) == 0
    assert serve(["model", "promote", str(own.path)]) == 0
    rng = np.random.default_rng(77)
    capsys.readouterr()

    for label, colour in COLOURS.items():
        draw_garment(colour, rng).save(tmp_path / "query.png")
        assert serve(["search", str(tmp_path / "query.png"), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["category"]["label"] == label
        assert found["colour"]["name"] in COLOUR_NAMES

    assert serve(["model", "rollback"]) == 0
