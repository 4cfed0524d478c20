"""The garment network is made of whichever data set is there, and judged by that alone."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs what training needs: pip install .[train]")

from embeddings.datasets.clothing_photos import CATEGORIES, ClothingPhoto
from embeddings.datasets.fashion_mnist import Part
from embeddings.datasets.product_photos import ProductPhoto
from embeddings.errors import DatasetUnavailable
from tests.pictures import encoded, scene
from training.data.framed import photo_spec
from training.progress import no_bars
from training.recipes.garments import making
from training.recipes.garments.bundle import DATA, data_of, notes_of
from training.recipes.garments.judge.readings import Readings
from training.recipes.garments.judge.score import fit_kind_score
from training.recipes.garments.judge.shipping import judge_shipping, read_unseen, unseen_worlds
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES
from training.recipes.garments.pictures.cutouts import HEIGHT, WIDTH
from training.recipes.garments.pictures.samples import NEVER, Cuts, gather

SPEC = photo_spec(64, 48)
TYPES = ("Shirts", "Heels", "Watches")


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "one.jpg"
    path.write_bytes(encoded(scene(48, 64), "JPEG"))
    return path


def photos(path: Path, senders: int = 25) -> list[ClothingPhoto]:
    """Two photos of each sender, a few of them of the published test set."""
    return [
        ClothingPhoto(
            str(n), path, CATEGORIES[n % 17], str(n // 2), False, "test" if n % 10 == 9 else "train"
        )
        for n in range(2 * senders)
    ]


def products(path: Path, count: int = 40) -> list[ProductPhoto]:
    """Ten shoots, of which two are kept for validation."""
    return [
        ProductPhoto(
            str(n), path, TYPES[n % 3], "Red", "Women", str(n // 4),
            "validation" if n // 4 in (3, 4) else "train",
        )
        for n in range(count)
    ]  # fmt: skip


def read(pictures):
    """Answer by chance, as a network that has learned nothing."""
    count = len(list(pictures))
    rng = np.random.default_rng(count)

    def numbers(width):
        return rng.normal(size=(count, width)).astype(np.float32)

    embeddings = numbers(256)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return Readings(numbers(len(LEAVES)), embeddings, numbers(len(COLOURS)))


def unseen(samples):
    count = len(samples)
    cuts = Cuts(
        np.full((count, HEIGHT, WIDTH), 255, np.uint8), np.ones(count, bool),
        np.zeros((count, 4), np.float32),
    )  # fmt: skip
    articles = np.random.default_rng(0).integers(0, 255, (820, 28, 28), dtype=np.uint8)
    studio = Part(articles, np.arange(820) % 10)
    return read_unseen(read, SPEC, samples, cuts, studio, no_bars)


def test_photos_alone_are_parted_by_senders_and_know_no_colour(picture):
    samples = gather(photos(picture), [])

    assert samples.judged_folds() == (0, 1, 2)
    assert samples.colours.shape == (50, len(COLOURS))
    assert not samples.colours.any()
    for fold in (None, *samples.judged_folds()):
        assert 0 < len(samples.learned(fold)) < 50


def test_product_photos_alone_have_no_folds(picture):
    samples = gather([], products(picture))

    assert samples.judged_folds() == ()
    assert len(samples.learned(None)) == 32
    assert (samples.folds == NEVER).sum() == 8
    assert samples.colours.any(axis=1).all()


def test_photos_of_too_few_senders_are_one_plain_word(picture):
    with pytest.raises(DatasetUnavailable, match="3 folds of senders, and these are of 2"):
        gather(photos(picture, senders=2), products(picture))


def test_photos_of_fewer_senders_than_parts_still_keep_one_aside(picture):
    samples = gather(photos(picture, senders=6), [])

    assert samples.reserved.any()


def test_without_product_photos_figures_are_of_photos_alone(picture):
    told = unseen(gather(photos(picture), []))

    assert set(judge_shipping(told)) == {"encode_ms", "subset_test"}
    assert [world.name for world in unseen_worlds(told)] == ["photos", "grey articles"]
    assert len(told.shown) == 5


def test_without_photos_figures_are_of_product_photos_alone(picture):
    told = unseen(gather([], products(picture)))

    figures = judge_shipping(told)

    assert "subset_test" not in figures
    assert {"product_kind", "near_colour", "calibration_products"} <= set(figures)
    assert [world.name for world in unseen_worlds(told)] == ["product photos", "grey articles"]
    assert len(told.shown) == 8


def test_with_both_each_has_its_figures(picture):
    told = unseen(gather(photos(picture), products(picture)))

    assert {"subset_test", "product_kind", "encode_ms"} <= set(judge_shipping(told))
    assert len(unseen_worlds(told)) == 3


def test_the_score_of_a_network_without_colours_means_the_kind():
    rng = np.random.default_rng(0)
    kinds = np.eye(4, dtype=bool)[np.arange(80) % 4]
    vectors = kinds @ rng.normal(size=(4, 16)) + 0.3 * rng.normal(size=(80, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    score = fit_kind_score([(vectors[:40], kinds[:40]), (vectors[40:], kinds[40:])])

    assert score.meaning == "kind"
    assert score.slope > 0


def test_a_bundle_names_what_it_was_made_of(picture):
    both = gather(photos(picture), products(picture))
    only = gather(photos(picture), [])
    shop = gather([], products(picture))

    assert data_of(both) == DATA
    assert "Fashion Product Images" not in data_of(only)["name"]
    assert "clothing dataset" not in data_of(shop)["name"]
    assert "without product photos" in notes_of(only)[0]
    assert "without the clothing photos" in notes_of(shop)[0]


def absent(folder=None):
    raise DatasetUnavailable("it is not here")


@pytest.mark.parametrize("there", ["photos", "products"])
def test_what_is_absent_is_told_and_gone_on_without(monkeypatch, picture, there):
    given = photos(picture, senders=6) if there == "photos" else products(picture, count=16)
    monkeypatch.setattr(
        making, "load_clothing_photos", (lambda: given) if there == "photos" else absent
    )
    monkeypatch.setattr(
        making, "load_product_photos", (lambda: given) if there == "products" else absent
    )
    told = []

    samples, cuts = making.open_samples(None, lambda name: lambda *step: told.append((name, *step)))

    assert len(samples) == len(cuts.found) == len(given)
    assert told[0][-1] == "goes on without: it is not here"
