"""Columns that a shop calls otherwise: said once, kept under a name, taken again."""

from dataclasses import replace

import pytest

from catalog.errors import BadSource
from service.access.actor import at_the_machine
from service.finding.browse import product_by_sku
from service.importing import SourceOptions, import_source
from service.importing.maps import keep, renaming_of
from service.importing.wishes import ImportWish, first_wish, needed_map
from tests.fakes import plain_picture
from tests.shop_files import MAKERS

ME = at_the_machine()
SAID = ("Artikel-Nr.=sku", "Bezeichnung=title", "Bild 1=photo", "Bild 2=photo", "VK=price")
TABLE = "Artikel-Nr.;Bezeichnung;Bild 1;Bild 2;VK;Notiz\nA;Kleid;a.png;b.png;19,90;x\n"


@pytest.fixture
def stock(tmp_path):
    """A supplier's list with its pictures."""
    for name, colour in (("a.png", (200, 0, 0)), ("b.png", (0, 200, 0))):
        (tmp_path / name).write_bytes(plain_picture(colour))
    (tmp_path / "list.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "list.csv"


def bring(path, renaming, services):
    return import_source(path, services=services, options=SourceOptions(renaming=renaming))


def test_a_map_is_kept_and_read_again_by_its_name(services, stock):
    first = bring(stock, renaming_of(SAID, None, services=services), services)
    keep(
        renaming_of(SAID, None, services=services),
        "Supplier",
        services=services,
        by=at_the_machine(),
    )

    again = bring(stock, renaming_of((), "Supplier", services=services), services)

    assert (first.added, first.failed) == (1, ())
    assert (again.unchanged, again.failed) == (1, ())


def test_what_is_said_takes_the_place_of_what_is_kept(services):
    keep(renaming_of(SAID, None, services=services), "s", services=services, by=ME)

    found = renaming_of(("Name=title", "VK="), "s", services=services)

    assert found.columns["name"] == "title"
    assert "bezeichnung" not in found.columns
    assert found.columns["vk"] == ""


def test_a_map_without_a_sku_changes_single_columns_of_an_export(services, tmp_path):
    file = MAKERS["shopify"](1)
    path = tmp_path / "export.csv"
    path.write_bytes(file.text())
    for name in ("0-navy.jpg", "0-red.jpg"):
        (tmp_path / name).write_bytes(plain_picture((0, 0, len(name) * 10)))

    report = bring(
        path, renaming_of(("Tags=category", "Vendor="), None, services=services), services
    )

    assert (report.added, report.failed) == (2, ())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Artikel", "a map is written 'Column of the file=our column', got 'Artikel'"),
        ("Artikel=skuu", "maps to 'skuu', which is no column of ours; do you mean 'sku'?"),
        ("Code=sku", "two columns are mapped to 'sku'"),
    ],
)
def test_what_is_no_map_is_told_with_what_may_be_meant(services, said, told):
    with pytest.raises(BadSource, match=told.replace("?", r"\?")):
        renaming_of((*SAID, said), None, services=services)


def test_a_column_that_the_file_lacks_is_told_with_the_one_that_may_be_meant(services, stock):
    said = [each.replace("Bezeichnung", "Bezeichnungen") for each in SAID]

    with pytest.raises(BadSource, match=r"no column 'bezeichnungen'.*; it has 'bezeichnung'"):
        bring(stock, renaming_of(said, None, services=services), services)


def test_a_name_under_which_nothing_is_kept_is_told_with_those_that_are(services):
    keep(
        renaming_of(SAID, None, services=services),
        "supplier",
        services=services,
        by=at_the_machine(),
    )

    with pytest.raises(BadSource, match="no map 'suplier'; there is 'supplier'"):
        renaming_of((), "suplier", services=services)


def test_a_column_that_may_be_meant_is_offered_as_a_map(services, stock):
    with pytest.raises(BadSource, match=r"say --map 'Artikel-Nr\.=sku'"):
        bring(stock, renaming_of((), None, services=services), services)


def kept(services, name, *said):
    keep(renaming_of(said, None, services=services), name, services=services, by=ME)


def test_a_table_without_a_sku_is_read_by_the_map_all_of_whose_columns_it_has(services, stock):
    kept(services, "few", "Artikel-Nr.=sku")
    kept(services, "most", *SAID)
    kept(services, "other", *SAID, "Farbe=shop_colour")

    assert needed_map(stock, services=services) == "most"


def test_a_table_that_can_be_read_as_it_stands_is_read_so(services, stock):
    kept(services, "notes", "Notiz=title")
    stock.write_text(TABLE.replace("Artikel-Nr.", "sku"), encoding="utf-8")

    assert needed_map(stock, services=services) is None
    assert first_wish(stock, services=services).map_from == "notes"  # a page shows it


def test_the_one_currency_of_all_prices_is_taken_for_those_that_say_none(services, stock):
    kept(services, "all", *SAID)
    said = renaming_of((), "all", services=services)
    before = first_wish(stock, services=services).currency

    options = SourceOptions(renaming=said, currency="CHF")
    import_source(stock, services=services, options=options)
    one = first_wish(stock, services=services).currency
    stock.write_text(TABLE.replace("\nA;", "\nB;"), encoding="utf-8")
    import_source(stock, services=services, options=replace(options, currency="EUR"))

    assert (before, one) == (None, "CHF")
    assert first_wish(stock, services=services).currency is None


def test_a_file_that_cannot_be_read_is_wished_nothing(services, tmp_path):
    kept(services, "all", *SAID)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 torn")

    assert first_wish(tmp_path / "a.zip", services=services) == ImportWish()
    assert needed_map(tmp_path / "a.zip", services=services) is None


def test_a_sale_price_alone_is_in_the_currency_of_prices_that_say_none(services, stock):
    stock.write_text("sku,title,photo,sale_price\nA,Kleid,a.png,5\nB,Rock,b.png,4 USD\n")

    import_source(stock, services=services, options=SourceOptions(currency="EUR"))

    said = {sku: product_by_sku(sku, services=services).currency for sku in "AB"}
    assert said == {"A": "EUR", "B": "USD"}
