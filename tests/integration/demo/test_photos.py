"""The demonstration shop of photos, on a small drawn copy of the data set."""

import pytest

from catalog.filters import Filters
from embeddings.datasets import clothing_photos_fetch
from embeddings.datasets.clothing_photos import FOLDER_SETTING
from service.cli.entry import run
from service.demo import articles
from service.demo.photos import fetch_photos, fill, is_filled
from service.errors import OwnCatalogue
from service.finding.browse import product_by_sku, products_page
from service.stock.record import record_batch
from service.upkeep.verify import verify
from tests.clothing import files, photo_name, publication, write_folder
from tests.shop import product
from tests.tiny_bundle import make_bundle

COUNT = 30  # of six labels in turn, two of which nobody could tell: 20 products


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path / "data"))
    return write_folder(tmp_path / "data", files(COUNT))


def products(services):
    return products_page(Filters(), 1, 100, services=services).products


def test_photos_of_known_categories_become_products_that_nobody_has_labelled(services):
    photos = fetch_photos()

    report = fill(photos, photos, services=services)

    made = products(services)
    assert (report.added, report.failed) == (20, ())
    assert len(made) == 20
    assert not any("Not sure" in each.title or "Skip" in each.title for each in made)
    product = product_by_sku("CP-00000002-0000", services=services)
    assert product.title.startswith("Dress no. ")
    assert product.human_category is None
    assert product.category in services.encoder.labels
    assert product.price_cents % 100 == 95
    assert services.store.open(product.photos[0].digest).pixels.shape == (60, 50, 3)


def test_childrens_clothes_are_kept_and_called_so(services):
    photos = fetch_photos()

    fill(photos, photos, services=services)

    assert product_by_sku("CP-0000000a-0000", services=services).title.startswith("Children's Hat")


def test_every_copy_of_the_data_makes_the_same_shop(services, tmp_path, monkeypatch):
    photos = fetch_photos()
    fill(photos, photos, services=services)
    before = {(each.sku, each.title, each.price_cents) for each in products(services)}
    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path / "less"))
    write_folder(tmp_path / "less", files(12))

    fewer = fetch_photos()

    assert is_filled(fewer, services=services)
    assert fill(photos[:3], photos, services=services).unchanged == 3
    assert {(each.sku, each.title, each.price_cents) for each in products(services)} == before


def test_an_interrupted_run_goes_on_where_it_stopped(services, tmp_path, monkeypatch):
    class Interrupted(Exception):
        pass

    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path / "more"))
    write_folder(tmp_path / "more", files(600))
    photos = fetch_photos()

    def stop_after_a_batch(done, _total):
        if done:
            raise Interrupted

    with pytest.raises(Interrupted):
        fill(photos, photos, services=services, progress=stop_after_a_batch)
    before = products_page(Filters(), 1, 1, services=services).total

    report = fill(photos, photos, services=services)

    assert 0 < before < 400
    assert (report.added, report.unchanged) == (400 - before, before)
    assert is_filled(photos, services=services)
    assert verify(services=services).drift == 0


def test_a_photo_that_cannot_be_read_is_reported_and_the_others_go_in(services, data):
    (data / "images" / f"{photo_name(2)}.jpg").write_bytes(b"no picture")
    photos = fetch_photos()

    report = fill(photos, photos, services=services)

    assert report.added == 19
    assert [error.sku for error in report.failed] == ["CP-00000002-0000"]
    assert not is_filled(photos, services=services)


def test_a_shops_own_catalogue_is_left_alone(services):
    photos = fetch_photos()
    record_batch([product(services, "OWN-1", title="A shirt of ours")], services=services)

    with pytest.raises(OwnCatalogue, match="--home"):
        fill(photos, photos, services=services)

    assert products_page(Filters(), 1, 1, services=services).total == 1


def test_the_two_demonstrations_do_not_mix(services):
    photos = fetch_photos()
    fill(photos[:2], photos, services=services)

    with pytest.raises(OwnCatalogue, match="not of this demonstration"):
        articles.fill(10, services=services)


def test_a_lost_picture_does_not_make_the_shop_somebody_elses(services):
    photos = fetch_photos()
    fill(photos, photos, services=services)
    lost = product_by_sku("CP-00000002-0000", services=services).photos[0].digest
    services.store.remove([lost])

    fill(photos, photos, services=services)

    assert is_filled(photos, services=services)
    assert lost in services.store


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A folder to work in, with a bundle of its own."""
    monkeypatch.delenv("LOOKALIKE_HOME", raising=False)
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(make_bundle(tmp_path / "bundle").path))
    (tmp_path / "shell").mkdir()
    monkeypatch.chdir(tmp_path / "shell")
    return tmp_path / "shell"


PHOTOS = ("--data", "clothing-photos", "--no-serve")


def test_the_photos_get_a_shop_of_their_own_unless_one_is_named(shell, monkeypatch, capsys):
    assert run(["demo", *PHOTOS, "--items", "5"]) == 0
    assert run(["demo", *PHOTOS, "--home", "named"]) == 0
    monkeypatch.setenv("LOOKALIKE_HOME", "by-setting")
    assert run(["demo", *PHOTOS]) == 0

    told = capsys.readouterr().err.splitlines()
    assert told == [
        "5 photos added to var/clothing-photos",
        "20 photos added to named",
        "20 photos added to by-setting",
    ]
    assert sorted(each.name for each in shell.iterdir()) == ["by-setting", "named", "var"]


def test_a_second_start_finds_them_there(shell, capsys):
    assert [run(["demo", *PHOTOS]) for _ in range(2)] == [0, 0]

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_the_photos_and_a_network_it_is_told_what_to_do(shell, monkeypatch, capsys):
    known = publication(COUNT)  # at an address where nothing listens
    monkeypatch.setattr(clothing_photos_fetch, "Publication", lambda: known)
    monkeypatch.setenv(FOLDER_SETTING, str(shell / "absent"))

    code = run(["demo", *PHOTOS])

    [line] = capsys.readouterr().err.splitlines()
    assert code == 1
    assert "lookalike-train fetch clothing-photos --from" in line
    assert list(shell.glob("*")) in ([], [shell / "var"])
