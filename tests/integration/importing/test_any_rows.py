"""Whatever rows come: each is imported or reported, and what went in comes out again."""

import csv
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.exported import stream_products
from embeddings.files.names import clean
from embeddings.tables import shown
from service.errors import BadOutput
from service.importing import import_source
from service.settings.environment import Settings
from service.stock.changing import label_product, remove_products
from service.stock.exporting import export_catalogue
from service.tables.prices import cents_from_text
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_picture

COLUMNS = ("sku", "title", "photo", "url", "price", "currency", "stock", "category")
PICTURES = {
    "a.png": plain_picture((200, 0, 0), 2),
    "b.png": plain_picture((0, 200, 0), 2),
    "bad.png": b"no picture",
}

some_text = st.text(max_size=12)
cells = {
    "sku": st.sampled_from(["A", "B", "C", "D", "=E", "'-F", "é", ""]) | some_text,
    "title": st.sampled_from(["Dress", "=1+1", "", "x" * 201, '"', "a;b"]) | some_text,
    "photo": st.sampled_from(["a.png", "b.png|a.png", "a.png|a.png", "bad.png", "no.png"])
    | st.sampled_from(["../a.png", "", "https://x/a.png", "a.png|bad.png", "\x00", "|"]),
    "url": st.sampled_from(["", "https://shop.example/a?b=c", "javascript:x", "http://"]),
    "price": st.sampled_from(["", "19.90", "0", "7,5", "-1", "1e3", "999999999.99"]),
    "currency": st.sampled_from(["", "EUR", "usd", "€"]),
    "stock": st.sampled_from(["", "0", "12", "-1", "many"]),
    "category": st.sampled_from(["", "Dress", "=cmd", "y" * 65]),
}
rows = st.lists(st.tuples(*(cells[column] for column in COLUMNS)), max_size=12)


@pytest.fixture(scope="module")
def home():
    """A catalogue that is made once: each example empties it, which is quicker."""
    with TemporaryDirectory() as folder:
        for name, data in PICTURES.items():
            (Path(folder) / name).write_bytes(data)
        services = build_services(Settings(home=Path(folder) / "home"), MeanColourEncoder())
        yield Path(folder), services
        services.close()


def written(folder, table, delimiter=","):
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows(table)
    return path


def numbered(path):
    """Give each row behind the header with the number of the line where it begins."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        begins = reader.line_num + 1
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1


def everything(services):
    with services.database.reading() as session:
        return {product.sku: product for product in stream_products(session)}


def empty(services):
    remove_products(everything(services), services=services)


@settings(max_examples=30)
@given(table=rows, delimiter=st.sampled_from(",;\t"))
def test_any_row_is_imported_or_reported(home, table, delimiter):
    folder, services = home
    empty(services)
    path = written(folder, table, delimiter)
    rehearsed = import_source(path, services=services, dry_run=True)

    report = import_source(path, services=services)

    held = everything(services)
    shown = [row for row in table if any(cell.strip() for cell in row)]
    assert report.rows == len(shown)
    assert report.added == len(held)
    assert (rehearsed.added, rehearsed.failed) == (report.added, report.failed)
    assert all(error.reason and error.line >= 2 for error in report.failed)


@settings(max_examples=30)
@given(table=rows)
def test_what_went_in_is_what_the_table_said_and_again_nothing_changes(home, table):
    folder, services = home
    empty(services)
    path = written(folder, table)

    report = import_source(path, services=services)

    held = everything(services)
    again = import_source(path, services=services)
    assert (again.added, again.updated, again.unchanged) == (0, 0, report.added)
    assert again.failed == report.failed
    refused = {error.line for error in report.failed}
    taken = {}
    for line, row in numbered(path):
        cell = dict(zip(COLUMNS, row, strict=True))
        if line not in refused and any(text.strip() for text in row):
            sku = clean(shown(cell["sku"]))
            assert sku not in taken
            taken[sku] = cell
    assert taken.keys() == held.keys()
    for sku, product in held.items():
        price = taken[sku]["price"]
        assert product.price_cents == (cents_from_text(price) if price else None)
        assert product.stock == max(0, int(taken[sku]["stock"] or 1))


def test_a_row_that_cannot_be_read_does_not_keep_a_later_one_out(home):
    folder, services = home
    empty(services)
    bad = ("A", "Dress", "a.png", "", "-1", "EUR", "", "")
    good = ("A", "Dress", "a.png", "", "19.90", "EUR", "", "")

    report = import_source(written(folder, [bad, good]), services=services)

    assert [(error.line, error.sku) for error in report.failed] == [(2, "A")]
    assert everything(services)["A"].price_cents == 1990


@settings(max_examples=30)
@given(table=rows, labels=st.lists(st.sampled_from(["Gown", "+1", None]), min_size=12, max_size=12))
def test_an_export_imports_again_without_a_change_and_brings_back_what_was_changed(
    home, table, labels
):
    folder, services = home
    empty(services)
    import_source(written(folder, table), services=services)
    for sku, label in zip(everything(services), labels, strict=False):
        label_product(sku, label, services=services)
    before = everything(services)
    exported = folder / "export.csv"

    number = export_catalogue(exported, services=services)
    unchanged = import_source(exported, services=services)

    assert number == unchanged.unchanged == len(before)
    assert unchanged.failed == ()
    if before:
        poorer = [(sku, "Another", "", "", "", "", "9", "") for sku in before]
        import_source(written(folder, _escaped(poorer)), services=services)
        restored = import_source(exported, services=services)
        assert restored.failed == ()
        assert everything(services) == before


def _escaped(table):
    return [(("'" + sku if re.match("'*[=+\\-@]", sku) else sku), *rest) for sku, *rest in table]


def test_no_cell_of_an_export_begins_as_a_formula_does(home):
    folder, services = home
    empty(services)
    row = ("=E", "@SUM(1)", "a.png", "https://x.example/", "1", "EUR", "1", "-2")
    import_source(written(folder, [row]), services=services)

    export_catalogue(folder / "export.csv", services=services)

    with (folder / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        [cells] = csv.DictReader(file)
    assert [cells[name] for name in ("sku", "title", "category")] == ["'=E", "'@SUM(1)", "'-2"]


def test_every_format_says_the_same(home):
    folder, services = home
    empty(services)
    row = ("A", "Dress", "a.png|b.png", "", "19.90", "EUR", "3", "")
    import_source(written(folder, [row]), services=services)

    for ending in ("csv", "jsonl", "parquet"):
        export_catalogue(folder / f"export.{ending}", services=services)

    [line] = (folder / "export.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    digests = "|".join(everything(services)["A"].digests)
    assert told == {
        "sku": "A",
        "title": "Dress",
        "url": None,
        "price": "19.90",
        "currency": "EUR",
        "stock": 3,
        "category": "red",
        "confidence": pytest.approx(1, abs=0.01),
        "decided_by": "model",
        "decided_at": None,
        "colour": None,
        "colour_confidence": None,
        "photo_digests": digests,
        "brand": None,
        "gender": None,
        "size": None,
        "shop_colour": None,
        "style": None,
        "sale_price": None,
        "availability": None,
        "related": None,
        "cross_sells": None,
        "up_sells": None,
    }
    assert pq.read_table(folder / "export.parquet").to_pylist() == [told]
    with (folder / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        [cells] = csv.DictReader(file)
    assert cells == {name: "" if value is None else str(value) for name, value in told.items()}


def test_an_export_that_fails_leaves_the_earlier_file_as_it_was(home):
    folder, services = home
    (folder / "export.csv").write_text("earlier")

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    empty(services)
    import_source(written(folder, [("A", "x", "a.png", "", "", "", "", "")]), services=services)
    with pytest.raises(KeyboardInterrupt):
        export_catalogue(folder / "export.csv", services=services, progress=interrupt)

    assert (folder / "export.csv").read_text() == "earlier"
    assert not list(folder.glob(".export*"))


def test_an_unknown_ending_is_refused(home):
    folder, services = home

    with pytest.raises(BadOutput, match=r"ends in \.csv, \.jsonl"):
        export_catalogue(folder / "export.xlsx", services=services)
