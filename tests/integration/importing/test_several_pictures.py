"""A product's pictures: all of them in the order that its row gives, the first in front."""

import csv
import json

import pytest

from catalog.filters import Filters
from service.finding.browse import product_by_sku
from service.finding.search import find_similar
from service.importing import import_source
from service.stock.exporting import export_catalogue
from service.upkeep.verify import verify
from service.web.app import create_app
from tests.fakes import plain_photo, plain_picture

COLOURS = {
    "red": (250, 10, 10),
    "green": (10, 250, 10),
    "blue": (10, 10, 250),
    "grey": (90, 90, 90),
    "pink": (250, 120, 160),
}


@pytest.fixture
def bring(services, tmp_path):
    """Import a table whose pictures are named by their colours."""
    folder = tmp_path / "stock"
    folder.mkdir()
    for name, colour in COLOURS.items():
        (folder / f"{name}.png").write_bytes(plain_picture(colour))

    def imported(*rows, **how):
        with (folder / "stock.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return import_source(folder / "stock.csv", services=services, **how)

    return imported


def colours(services, sku="A"):
    """Name the pictures of a product in their order, by what is stored of them."""
    named = {services.store.put(plain_photo(colour)): name for name, colour in COLOURS.items()}
    return [named[photo.digest] for photo in product_by_sku(sku, services=services).photos]


def test_pictures_of_all_columns_come_in_their_order_whatever_stands_first(services, bring):
    report = bring(
        ("image_3", "sku", "photo", "title", "image_2", "photo_2"),
        ("pink.png", "A", "red.png", "Dress", "grey.png, blue.png", "green.png"),
        ("", "B", "blue.png|red.png", "Coat", "red.png", "blue.png"),
    )

    assert report.failed == ()
    assert report.notes == tuple(note for note in report.notes if "column" not in note.note)
    assert colours(services) == ["red", "green", "grey", "blue", "pink"]
    assert colours(services, "B") == ["blue", "red"]
    assert verify(services=services).drift == 0


def test_a_row_that_names_pictures_names_all_of_them(services, bring):
    head = ("sku", "title", "photo", "image_2", "image_3")
    bring(head, ("A", "Dress", "red.png", "green.png", "blue.png"))

    again = bring(head, ("A", "Dress", "red.png", "green.png", "blue.png"))
    fewer = bring(head, ("A", "Dress", "red.png", "", "blue.png"))
    after_fewer = colours(services)
    turned = bring(head, ("A", "Dress", "blue.png", "red.png", ""))
    after_turned = colours(services)
    more = bring(head, ("A", "Dress", "blue.png", "red.png", "pink.png"))

    assert again.unchanged == 1
    assert [fewer.updated, turned.updated, more.updated] == [1, 1, 1]
    assert after_fewer == ["red", "blue"]
    assert after_turned == ["blue", "red"]
    assert colours(services) == ["blue", "red", "pink"]
    assert verify(services=services).drift == 0


def test_a_row_that_names_no_picture_keeps_them(services, bring):
    bring(("sku", "title", "photo", "image_2"), ("A", "Dress", "red.png", "green.png"))

    bring(("sku", "price", "photo", "image_2"), ("A", "9.90", "", ""))
    bring(("sku", "stock"), ("A", "3"))

    assert colours(services) == ["red", "green"]


def test_a_further_picture_without_a_first_one_is_refused_and_nothing_is_lost(services, bring):
    bring(("sku", "title", "photo", "image_2"), ("A", "Dress", "red.png", "green.png"))

    report = bring(("sku", "title", "image_4"), ("A", "Gown", "blue.png"))

    [error] = report.failed
    assert error.reason == "the row has a picture in 'image_4' and none in 'photo'"
    assert colours(services) == ["red", "green"]
    assert product_by_sku("A", services=services).title == "Dress"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("red.png", "gone.png", ""), "the picture 'gone.png' is missing"),
        (("red.png", "", "https://shop.example/a.jpg"), "pictures are not fetched from addresses"),
        (
            ("red.png", "|".join(f"{n}.png" for n in range(12)), "|".join("abcdefgh")),
            "a product has at most 20 photos, this one has 21",
        ),
        (("x" * 20_001, "green.png", ""), "the photo has at most 20000 characters"),
    ],
)
def test_a_bad_picture_of_any_column_costs_the_row_and_says_why(services, bring, cells, reason):
    report = bring(("sku", "title", "photo", "image_2", "image_9"), ("A", "Dress", *cells))

    [error] = report.failed
    assert reason in error.reason
    assert "none in 'photo'" not in error.reason
    assert report.added == 0


def test_a_product_is_found_by_any_of_its_pictures(services, bring):
    bring(
        ("sku", "title", "photo", "image_2", "image_3"),
        ("A", "Dress", "red.png", "green.png", "blue.png"),
        ("B", "Coat", "grey.png", "", ""),
    )

    for name in ("red", "green", "blue"):
        found = find_similar(plain_photo(COLOURS[name]), Filters(), 1, 2, services=services)

        assert [hit.product.sku for hit in found.hits] == ["A", "B"]
        assert found.hits[0].cosine == pytest.approx(1, abs=1e-6)
        shown = services.store.put(plain_photo(COLOURS[name]))
        assert found.hits[0].product.digest == shown


def test_an_export_and_the_api_name_every_picture_in_its_order(services, bring, tmp_path):
    bring(("sku", "title", "photo", "image_2"), ("A", "Dress", "pink.png", "green.png|red.png"))
    digests = [photo.digest for photo in product_by_sku("A", services=services).photos]

    export_catalogue(tmp_path / "out.jsonl", services=services)
    export_catalogue(tmp_path / "out.csv", services=services)
    again = import_source(tmp_path / "out.csv", services=services)

    told = create_app(services).test_client().get("/api/v1/products/A").get_json()
    assert json.loads((tmp_path / "out.jsonl").read_text())["photo_digests"] == "|".join(digests)
    assert again.unchanged == 1
    assert [photo["url"] for photo in told["photos"]] == [f"/photos/{each}" for each in digests]
    assert colours(services) == ["pink", "green", "red"]


def test_columns_nearly_called_so_are_told_their_names(bring):
    report = bring(
        ("sku", "title", "photo", "Image 2", "Bild3", "picture_1"),
        ("A", "Dress", "red.png", "green.png", "blue.png", "pink.png"),
    )

    told = [note.note for note in report.notes if "unknown" in note.note]
    assert told[0].endswith("if it is the image_2, call it 'image_2'")
    assert told[1].endswith("if it is the image_3, call it 'image_3'")
    assert told[2].endswith("is unknown and left out")
    assert report.added == 1


def test_a_page_shows_a_gallery_of_several_pictures_and_one_picture_alone_plainly(services, bring):
    bring(
        ("sku", "title", "photo", "image_2"),
        ("A", "Dress", "red.png", "green.png"),
        ("B", "Coat", "blue.png", ""),
    )
    client = create_app(services).test_client()

    several, single = client.get("/products/A").text, client.get("/products/B").text

    assert several.count('<li id="picture-') == 2
    assert 'class="pictures" tabindex="0"' in several
    assert 'href="#picture-2"' in several
    assert 'alt="Dress, picture 2"' in several
    assert single.count('<li id="picture-') == 1
    assert "tabindex" not in single.partition('class="gallery"')[2].partition("</ul>")[0]
    assert 'href="#picture' not in single
