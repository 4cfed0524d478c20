"""Two hundred real photos make a bundle that a service answers new photos with."""

import json
import shutil
from collections import defaultdict

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

import keras

from embeddings.datasets.clothing_photos import FOLDER_SETTING, garments, load_clothing_photos
from embeddings.errors import DatasetUnavailable
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from service.cli.entry import run as serve
from tests.shop_photos import write_start
from tests.tiny_bundle import make_bundle
from training.cli import run as train
from training.data.framed import photo_spec
from training.fit.fine_tune import FineTuneConfig, build, fit_head
from training.networks.convert_lite import find_weights, load_published
from training.networks.efficientnet_lite import LITE0

pytestmark = pytest.mark.train

LABELS = ("T-Shirt", "Pants", "Shoes", "Dress", "Longsleeve")
SIDE = 128  # of the network's input: less to compute than what ships
PARTS = ("start",) * 4 + ("shop",) * 5 + ("asked",)  # to each tenth of the senders its use
PER_LABEL, ASKED = 40, 5  # photos of each category to train on and to search by


@pytest.fixture(scope="module")
def photos():
    """Photos by category, each sender's photos either to start with, or the shop's, or asked."""
    try:
        found = [p for p in garments(load_clothing_photos()) if p.split != "test"]
        find_weights(LITE0)
    except DatasetUnavailable as error:
        pytest.skip(f"needs the photos ({FOLDER_SETTING}) and the published weights: {error}")
    senders = np.random.default_rng(0).permutation(sorted({photo.sender for photo in found}))
    part_of = {sender: number % 10 for number, sender in enumerate(senders)}
    parts = defaultdict(list)
    for photo in found:
        if photo.label in LABELS:
            part = part_of[photo.sender]
            parts["start" if part < 4 else "asked" if part == 9 else "shop", photo.label].append(
                photo
            )
    return parts


@pytest.fixture(scope="module")
def start(photos, tmp_path_factory):
    """A bundle of the published weights, whose head has seen a few photos of other people."""
    spec = photo_spec(SIDE, SIDE)
    chosen = [photo for label in LABELS for photo in photos["start", label][:30]]
    images = np.stack([frame(open_photo(photo.path.read_bytes()), spec) for photo in chosen])
    labels = np.array([LABELS.index(photo.label) for photo in chosen])
    config = FineTuneConfig(height=SIDE, width=SIDE)
    keras.utils.set_random_seed(0)
    model = build(config, len(LABELS), sized=True)
    load_published(model, LITE0)
    pooled = keras.Model(model.input, model.get_layer("pool").output)
    fit_head(model, pooled.predict(images, batch_size=30, verbose=0), labels, config)
    return write_start(tmp_path_factory.mktemp("start") / "bundle", model, LABELS, spec)


def test_200_photos_are_enough_to_be_useful(photos, start, tmp_path, monkeypatch, capsys):
    for label in LABELS:
        (tmp_path / "stock" / label).mkdir(parents=True)
        for photo in photos["shop", label][:PER_LABEL]:
            shutil.copy(photo.path, tmp_path / "stock" / label / photo.path.name)
    make_bundle(tmp_path / "first")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "first"))
    assert serve(["import", str(tmp_path / "stock")]) == 0

    where = ["--output", str(tmp_path / "run"), "--bundle", str(tmp_path / "own")]
    trained = train(
        [
            "fit",
            "--data",
            str(tmp_path / "stock"),
            "--from",
            str(start.path),
            "--epochs",
            "2",
            *where,
        ]
    )
    assert trained == 0
    assert serve(["model", "promote", str(tmp_path / "own")]) == 0

    right = 0
    for label in LABELS:
        for photo in photos["asked", label][:ASKED]:
            capsys.readouterr()
            assert serve(["search", str(photo.path), "--json"]) == 0
            found = json.loads(capsys.readouterr().out)
            right += found["category"]["label"] == label
    assert right >= 0.6 * len(LABELS) * ASKED  # by chance: 0.2
