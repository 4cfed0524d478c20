"""An export, changed in a spreadsheet, is an import; with the bytes that spreadsheets write."""

import pytest

from catalog.exported import stream_products
from service.importing import SourceOptions, import_source
from service.stock.changing import label_product
from service.stock.exporting import export_catalogue
from tests.spreadsheets import OLD_PROGRAMS, PROGRAMS
from tests.stock import Item, fill

ITEMS = [
    Item("KLEID-1", (200, 0, 0), 'Kleid "Zoë", grün; 34"', price_cents=129900, stock=3),
    Item("Größe-2", (0, 200, 0), "=1+1", price_cents=1990, url="https://shop.example/2?a=b;c"),
    Item("D-3", (0, 0, 200), "'-Schürze\u00a0|\u00a0Žœ €", price_cents=None, category="Röcke"),
    Item("-4", (0, 90, 0), "@SUM(1), +49", price_cents=1205, category="=cmd"),
    Item("5'", (90, 0, 0), "'tis 100 % wool", price_cents=50),
]


@pytest.fixture
def shop(services):
    fill(services, ITEMS)
    label_product("KLEID-1", "Kleider", services=services)
    return services


def everything(services):
    with services.database.reading() as session:
        return {product.sku: product for product in stream_products(session)}


def through(program, services, folder, change=lambda _rows: None):
    """Export, open, change, save and import."""
    export_catalogue(folder / "all.csv", services=services)
    rows = program.opened((folder / "all.csv").read_bytes())
    change(rows)
    (folder / "changed.csv").write_bytes(program.saved(rows))
    return import_source(folder / "changed.csv", services=services)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_price_changed_in_a_spreadsheet_changes_that_and_nothing_else(shop, tmp_path, program):
    before = everything(shop)

    def dearer(rows):
        rows[1][rows[0].index("price")] = f"1299{program.decimal}5"

    report = through(program, shop, tmp_path, dearer)

    assert (report.failed, report.updated, report.unchanged) == ((), 1, 4)
    after = everything(shop)
    assert after.pop("KLEID-1").price_cents == 129950
    assert after == {sku: before[sku] for sku in after}


@pytest.mark.parametrize("program", OLD_PROGRAMS, ids=lambda program: program.name)
def test_a_code_page_costs_the_rows_with_its_letters_and_changes_no_title(shop, tmp_path, program):
    before = everything(shop)

    report = through(program, shop, tmp_path)

    assert [error.line for error in report.failed] == [2, 3, 4]
    assert all("save the file as 'CSV UTF-8'" in error.reason for error in report.failed)
    assert everything(shop) == before


@pytest.mark.parametrize("program", OLD_PROGRAMS, ids=lambda program: program.name)
def test_a_code_page_that_is_named_is_read(shop, tmp_path, program):
    before = everything(shop)
    export_catalogue(tmp_path / "all.csv", services=shop)
    changed = program.saved(program.opened((tmp_path / "all.csv").read_bytes()))
    (tmp_path / "all.csv").write_bytes(changed)

    report = import_source(
        tmp_path / "all.csv", services=shop, options=SourceOptions(encoding="cp1252")
    )

    assert (report.failed, report.unchanged) == ((), 5)
    assert everything(shop) == before


def test_an_export_begins_with_a_byte_order_mark(shop, tmp_path):
    export_catalogue(tmp_path / "all.csv", services=shop)
    export_catalogue(tmp_path / "all.jsonl", services=shop)

    assert (tmp_path / "all.csv").read_bytes().startswith(b'\xef\xbb\xbf"sku"')
    assert (tmp_path / "all.jsonl").read_bytes().startswith(b"{")
