"""From pictures to a served bundle: fit by a recipe, judge, report, export, read."""

import csv
import json
from dataclasses import asdict

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

from embeddings.datasets.fashion_mnist import LABELS, Part
from embeddings.model.bundle import load_bundle
from embeddings.reading.encoder import OnnxEncoder
from embeddings.types import Photo
from training.bundle.bundling import check_same_answers
from training.config import FitConfig
from training.data.split import split
from training.errors import BadRun
from training.fit.history import read_history
from training.networks.predict import answer
from training.networks.stored import load_network
from training.progress import no_bars, no_progress
from training.recipes.fashion.assess import assess
from training.recipes.fashion.bundle import FASHION_INPUT
from training.recipes.fashion.exporting import export_run
from training.recipes.fashion.recipe import Recipe
from training.recipes.fashion.report import figure_rows, write_report
from training.recipes.fashion.reproduce import fit_all
from training.recipes.fashion.runs import open_run

pytestmark = pytest.mark.train

TEACHER = FitConfig(
    network="classic",
    epochs=2,
    seed=100,
    held_out_per_label=6,
    batch_size=32,
    warmup_epochs=0.5,
    erase=0.5,
    averaged_epochs=1,
)
STUDENT = FitConfig(
    network="classic",
    epochs=2,
    held_out_per_label=4,
    batch_size=32,
    warmup_epochs=0.5,
    mixup=0.5,
    view_epochs=2,
    distil_weight=0.5,
    distil_temperature=2.0,
    cosine_weight=0.5,
    averaged_epochs=1,
)
RECIPE = Recipe((TEACHER,), (STUDENT, FitConfig(**(asdict(STUDENT) | {"seed": 1}))))


def draw(count, seed):
    """Draw pictures that a label can be read off: a bright bar at its own height."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    images = rng.integers(0, 40, (count, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 4 : 2 * label + 7, 4:24] = rng.integers(120, 255)
    return Part(images, labels)


@pytest.fixture(scope="module")
def parts():
    return draw(300, 0), draw(60, 1)


@pytest.fixture(scope="module")
def made(parts, tmp_path_factory):
    """Fit the recipe and export its first student."""
    folder = tmp_path_factory.mktemp("made")
    train, test = parts
    shipped, *others = fit_all(RECIPE, train, LABELS, folder, no_bars)
    bundle = export_run(
        open_run(shipped),
        folder / "bundle",
        "tiny",
        train,
        test,
        others,
        "some command",
        no_bars,
        others_per_kind=3,
    )
    return shipped, bundle


def test_the_bundle_has_every_file_that_it_promises(made):
    _, bundle = made

    assert {path.name for path in bundle.path.iterdir()} == {
        "MODEL_CARD.md",
        "architecture.json",
        "bundle.json",
        "confusion.png",
        "curves.png",
        "history.csv",
        "model.onnx",
        "model.weights.h5",
    }
    assert load_bundle(bundle.path).labels == LABELS


def test_the_bundle_tells_how_it_was_made(made):
    _, bundle = made

    facts = bundle.facts

    assert facts["parameters"] == 436_458
    assert facts["split"] == {"fitted_on": 260, "held_out": 40, "test": 60}
    assert [seed["seed"] for seed in facts["seeds"]] == [0, 1]
    mean = np.mean([seed["accuracy"] for seed in facts["seeds"]])
    assert facts["mean_test_accuracy"] == pytest.approx(mean)
    assert facts["metrics"]["test_accuracy"]["value"] == facts["seeds"][0]["accuracy"]
    assert facts["dataset"]["licence"] == "MIT"
    assert "some command" in (bundle.path / "MODEL_CARD.md").read_text()


def test_the_exported_network_answers_as_the_fitted_one(made, parts):
    run, bundle = made

    difference = check_same_answers(bundle, load_network(run), parts[1].images[..., np.newaxis])

    assert difference < 1e-4


def test_the_service_reads_with_the_bundle_what_the_network_says(made, parts):
    run, bundle = made
    picture = parts[1].images[5]

    [reading] = OnnxEncoder(bundle).read([Photo(np.repeat(picture[..., np.newaxis], 3, axis=2))])

    told = answer(load_network(run), picture[np.newaxis, ..., np.newaxis])
    np.testing.assert_allclose(reading.logits, told.logits[0], atol=1e-4)
    np.testing.assert_allclose(reading.embedding, told.embeddings[0], atol=1e-4)


def test_a_bundle_can_be_judged_like_the_run_it_came_from(made, parts, tmp_path):
    _, bundle = made
    run = open_run(bundle.path)
    train, test = parts
    data = split(train.images, train.labels, LABELS, run.config.held_out_per_label)

    told = assess(load_network(run.folder), data, test, FASHION_INPUT, no_progress, 3)
    write_report(told, read_history(run.folder), test, LABELS, tmp_path)

    figures = json.loads((tmp_path / "figures.json").read_text())
    known = json.loads((bundle.path / "bundle.json").read_text())["facts"]["metrics"]
    assert figures["test_accuracy"] == known["test_accuracy"]
    assert figures["confusion"] == known["confusion"]
    page = (tmp_path / "evaluation.html").read_text()
    assert all(value.split(" ")[0] in page for _, value in figure_rows(told.figures))
    assert page.count("<img alt=") >= 3


def test_the_recipe_goes_on_where_it_was(made, parts):
    run, _ = made
    before = (run / "model.weights.h5").stat().st_mtime_ns

    again = fit_all(RECIPE, parts[0], LABELS, run.parent, no_bars)

    assert again[0] == run
    assert (run / "model.weights.h5").stat().st_mtime_ns == before


def test_the_history_has_a_row_an_epoch(made):
    _, bundle = made

    with (bundle.path / "history.csv").open() as file:
        rows = list(csv.DictReader(file))

    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])


def test_a_folder_without_a_run_is_told_as_such(tmp_path):
    with pytest.raises(BadRun, match="neither a run"):
        open_run(tmp_path)
