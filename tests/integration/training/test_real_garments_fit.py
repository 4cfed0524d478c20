"""Two hundred product photos teach the shipped network a shop's types; other shoots judge it."""

import shutil

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.datasets.product_photos import FOLDER_SETTING, load_product_photos
from embeddings.errors import DatasetUnavailable
from embeddings.model.bundle import SHIPPED, load_bundle
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from training.cli import run as train
from training.onnx.served import reader_of
from training.others import real as other_things
from training.recipes.shop.carried import garment_scores

pytestmark = pytest.mark.train

TYPES = ("Tshirts", "Shirts", "Kurtas", "Handbags", "Casual Shoes", "Sweaters")
GIVEN, ASKED = 200, 60


@pytest.fixture(scope="module")
def products():
    """Photos of shoots that no network learned from: those to give, and those of other shoots."""
    try:
        found = [p for p in load_product_photos() if p.split == "validation"]
    except DatasetUnavailable as error:
        pytest.skip(f"needs the product photos ({FOLDER_SETTING}): {error}")
    rng = np.random.default_rng(0)
    wanted = [found[place] for place in rng.permutation(len(found))]
    wanted = [photo for photo in wanted if photo.article_type in TYPES]
    shoots = sorted({photo.shoot for photo in wanted})
    asked = [photo for photo in wanted if photo.shoot in shoots[::4]][:ASKED]
    given = [photo for photo in wanted if photo.shoot not in shoots[::4]][:GIVEN]
    return given, asked


def test_200_product_photos_teach_types_and_keep_what_is_a_garment(products, tmp_path, monkeypatch):
    given, asked = products
    for photo in given:
        (tmp_path / "stock" / photo.article_type).mkdir(parents=True, exist_ok=True)
        shutil.copy(photo.path, tmp_path / "stock" / photo.article_type / photo.path.name)
    monkeypatch.setenv(other_things.FOLDER_SETTING, str(tmp_path / "none"))  # quicker

    where = ["--output", str(tmp_path / "run"), "--bundle", str(tmp_path / "own")]
    assert train(["fit", "--data", str(tmp_path / "stock"), *where]) == 0

    own, shipped = load_bundle(tmp_path / "own"), load_bundle(SHIPPED / "garments")
    pictures = np.stack([frame(open_photo(p.path.read_bytes()), own.input) for p in asked])
    told, before = reader_of(own)(pictures), reader_of(shipped)(pictures)
    named = [own.labels[number] for number in told.logits.argmax(axis=1)]
    right = np.mean([name == photo.article_type for name, photo in zip(named, asked, strict=True)])
    kept = garment_scores(told, own.rejection) >= own.rejection.garment_threshold
    assert right >= 0.7  # by chance: 0.2
    assert kept.mean() >= 0.95
    np.testing.assert_array_equal(told.embeddings, before.embeddings)
