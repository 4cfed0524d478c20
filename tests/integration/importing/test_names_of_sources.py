"""Names from Macs, cameras and network drives, through a whole import."""

import unicodedata

import pytest

from embeddings.limits import PhotoLimits
from service.finding.browse import product_by_sku
from service.importing import SkuFrom, SourceOptions, import_source
from service.models.registry import model_of
from service.stock.changing import label_product, remove_products
from service.tagging.tag import tag_pictures
from service.wiring import build_services
from tests.fakes import InterruptedEncoder, MeanColourEncoder, plain_picture

RED, BLUE = plain_picture((220, 20, 20)), plain_picture((20, 20, 210))


@pytest.fixture
def encoder():
    return InterruptedEncoder()


@pytest.fixture
def services(settings, encoder):
    built = build_services(settings, encoder)
    yield built
    built.close()


def fill(folder, **pictures):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in pictures.items():
        (folder / f"{name}.png").write_bytes(data)
    return folder


def counts(report):
    return report.added, report.updated, report.unchanged, len(report.failed)


def test_a_stock_list_finds_what_a_mac_has_named(services, tmp_path):
    pictures = fill(tmp_path / "in", **{unicodedata.normalize("NFD", "Größe-40"): RED})
    table = tmp_path / "update.csv"
    table.write_text("sku,price,currency\nGröße-40\u200b,19.90,EUR\n", encoding="utf-8")
    import_source(pictures, services=services)

    report = import_source(table, services=services)

    assert counts(report) == (0, 1, 0, 0)
    assert product_by_sku("Größe-40", services=services).price_cents == 1990


def test_tuesdays_camera_pictures_replace_none_of_mondays(services, tmp_path):
    import_source(fill(tmp_path / "monday", IMG_0001=RED), services=services)
    label_product("IMG_0001", "Shirt", services=services)
    tuesday = fill(tmp_path / "tuesday", IMG_0001=BLUE, IMG_0002=BLUE)

    report = import_source(tuesday, services=services)

    assert counts(report) == (1, 0, 0, 1)
    assert "IMG_0001' has another picture, and 'IMG_0001.png' is a name" in report.failed[0].reason
    product = product_by_sku("IMG_0001", services=services)
    assert (product.human_category, product.model_category) == ("Shirt", "red")


def test_the_same_camera_pictures_again_change_nothing(services, tmp_path):
    monday = fill(tmp_path / "monday", IMG_0001=RED)
    import_source(monday, services=services)

    assert counts(import_source(monday, services=services)) == (0, 0, 1, 0)


def test_camera_pictures_named_by_their_folder_too_all_go_in(services, tmp_path):
    options = SourceOptions(sku_from=SkuFrom.BOTH)
    for day, picture in (("monday", RED), ("tuesday", BLUE)):
        folder = fill(tmp_path / day, IMG_0001=picture)
        report = import_source(folder, services=services, options=options)
        assert counts(report) == (1, 0, 0, 0)

    assert product_by_sku("monday-IMG_0001", services=services).model_category == "red"
    assert product_by_sku("tuesday-IMG_0001", services=services).model_category == "blue"


def test_a_products_own_name_takes_its_new_picture(services, tmp_path):
    folder = fill(tmp_path / "in", **{"D-100": RED})
    import_source(folder, services=services)
    fill(folder, **{"D-100": BLUE})

    assert counts(import_source(folder, services=services)) == (0, 1, 0, 0)


def test_two_days_imported_at_once_replace_no_picture(services, encoder, tmp_path):
    monday, tuesday = (
        fill(tmp_path / day, IMG_0001=picture) for day, picture in (("m", RED), ("t", BLUE))
    )
    first = []
    encoder.meanwhile = lambda: first.append(import_source(monday, services=services))

    second = import_source(tuesday, services=services)

    assert (counts(first[0]), counts(second)) == ((1, 0, 0, 0), (0, 0, 0, 1))
    assert product_by_sku("IMG_0001", services=services).model_category == "red"


def test_a_folder_around_the_shops_home_gives_its_own_pictures_once(services, settings):
    folder = fill(settings.home.parent / "around", a=RED, b=BLUE)
    inner = folder / "var"

    first = import_source(folder, services=services)
    settings.home.rename(inner)  # as if the shop's home had always been here
    services.database.close()
    (settings.home.parent / settings.home.name).symlink_to(inner)
    again = import_source(folder, services=services)

    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert [note.note for note in again.notes if not note.line] == [
        "'var/' was passed over: a shop's own pictures"
    ]


@pytest.mark.parametrize("inside", ["", "D-2"])
def test_a_view_of_a_product_that_is_gone_is_read_anew(services, tmp_path, inside):
    folder = tmp_path / "in"
    fill(folder / "D-1", front=RED)
    fill(folder / "D-2", front=BLUE, back=RED)
    import_source(folder, services=services)
    remove_products(["D-2"] if inside else ["D-1", "D-2"], services=services)

    report = import_source(folder, services=services)

    assert report.added == (1 if inside else 2)
    assert len(product_by_sku("D-2", services=services).photos) == 2


def test_tags_are_given_to_what_is_stock_and_the_rest_is_named(settings, tmp_path):
    folder = fill(tmp_path / "in", a=RED)
    fill(folder / "@eaDir" / "a.png", SYNOPHOTO_THUMB_M=RED)
    fill(folder / "var" / "photos", stored=BLUE)
    (folder / "b.png_large").write_bytes(BLUE)
    (folder / "c.tif").write_bytes(b"II*\0")

    report = tag_pictures(
        [folder],
        tmp_path / "tags.csv",
        model=model_of(MeanColourEncoder(), "mean colour"),
        limits=PhotoLimits(),
        own=[folder / "var" / "photos"],
    )

    assert (report.tagged, report.failed) == (2, 0)
    assert dict(report.passed_over) == {
        f"{folder}/c.tif": "a TIFF picture",
        f"{folder}/var/photos/": "a shop's own pictures",
    }
