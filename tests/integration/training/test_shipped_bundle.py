"""The bundle that ships is whole, agrees with itself, and answers as its Keras network."""

import numpy as np
import pytest

from embeddings.datasets.fashion_mnist import LABELS
from embeddings.model.bundle import SHIPPED, load_bundle

FOLDER = SHIPPED / "fashion-mnist"


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(FOLDER)


def test_it_names_the_categories_of_its_data_set(bundle):
    assert bundle.labels == LABELS
    assert bundle.facts["parameters"] == 436_458


def test_its_card_tells_the_figures_that_its_json_tells(bundle):
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    metrics = bundle.facts["metrics"]

    values = [seed["accuracy"] for seed in bundle.facts["seeds"]]
    values += [metrics["retrieval"][name]["value"] for name in ("recall_at_1", "precision_at_10")]

    assert [f"{value * 100:.2f} %" in card for value in values] == [True] * len(values)
    assert f"mean {np.mean(values[:3]) * 100:.2f} %" in card


def test_its_accuracy_is_that_of_its_confusion_matrix(bundle):
    metrics = bundle.facts["metrics"]
    matrix = np.array(metrics["confusion"])

    assert matrix.sum() == metrics["test_accuracy"]["count"] == 10_000
    assert np.trace(matrix) / 10_000 == pytest.approx(metrics["test_accuracy"]["value"])


@pytest.mark.train
def test_its_onnx_network_answers_as_its_keras_network(bundle):
    pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")
    from training.bundle.bundling import check_same_answers
    from training.networks.stored import load_network

    images = np.random.default_rng(0).integers(0, 256, (200, 28, 28, 1), dtype=np.uint8)

    assert check_same_answers(bundle, load_network(FOLDER), images) < 1e-4
