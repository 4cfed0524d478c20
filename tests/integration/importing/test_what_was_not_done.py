"""An import says what it did not do, so that it can be mended and sent again."""

import csv

import pytest

from service.finding.browse import product_by_sku
from service.importing import import_source
from service.importing.report import write_errors
from service.stock.changing import label_product
from service.stock.exporting import export_catalogue
from tests.fakes import plain_picture

RED, GREEN = (220, 20, 20), (20, 200, 20)


@pytest.fixture
def stock(tmp_path):
    for name, colour in (("red", RED), ("green", GREEN)):
        (tmp_path / f"{name}.png").write_bytes(plain_picture(colour))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    return tmp_path


def write(folder, header, *lines):
    path = folder / "stock.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_that_is_wrong_with_a_row_is_told_at_once(services, stock):
    path = write(
        stock,
        "sku,title,photo,price,currency,stock,url",
        "A,,gone.png|broken.png,cheap,Euro,many,www.example.com",
    )

    [refused] = import_source(path, services=services).failed

    for fault in (
        "a new product needs a title",
        "'gone.png' is missing",
        "the picture 'broken.png'",
        "'cheap'",
        "'Euro'",
        "'many'",
        "'www.example.com'",
    ):
        assert fault in refused.reason


def test_a_rehearsal_finds_all_of_it_too(services, stock):
    path = write(stock, "sku,title,photo,price", "A,Dress,gone.png|broken.png,cheap")

    rehearsed = import_source(path, services=services, dry_run=True)

    assert rehearsed.failed == import_source(path, services=services).failed
    for fault in ("'cheap'", "'gone.png'", "'broken.png'"):
        assert fault in rehearsed.failed[0].reason


def test_refused_rows_are_written_as_they_came_and_go_in_once_mended(services, stock):
    path = write(
        stock,
        "sku,title,photo,price,fabric,stock",
        "A,Dress,red.png,1.00,ours,1",
        'B,"A ""good"" coat",green.png,cheap,"=theirs, too",2',
        "C,Hat,red.png,2.00,,many",
        ",Shoe,red.png,2.00,,1",
    )
    report = import_source(path, services=services)
    mended = stock / "to-mend.csv"

    write_errors(report.failed, mended)

    first, second, third = rows(mended)
    assert list(first) == ["line", "reason", "sku", "title", "photo", "price", "fabric", "stock"]
    assert (first["line"], first["sku"], first["title"]) == ("3", "B", 'A "good" coat')
    assert (first["price"], first["fabric"], first["stock"]) == ("cheap", "'=theirs, too", "2")
    assert "'cheap'" in first["reason"]
    assert (second["sku"], third["sku"], third["title"]) == ("C", "", "Shoe")
    text = mended.read_text(encoding="utf-8-sig")
    text = (
        text.replace('"cheap"', '"3.00"')
        .replace('"many"', '"4"')
        .replace('"","Shoe"', '"D","Shoe"')
    )
    mended.write_text(text, encoding="utf-8-sig")
    again = import_source(mended, services=services)
    assert (again.added, again.failed) == (3, ())
    assert [note.note for note in again.notes] == ["the column 'fabric' is unknown and left out"]
    assert product_by_sku("B", services=services).title == 'A "good" coat'


def test_refused_rows_that_are_refused_again_come_with_the_new_reason_alone(services, stock):
    first = import_source(write(stock, "sku,price", "A,cheap"), services=services)
    write_errors(first.failed, stock / "one.csv")

    second = import_source(stock / "one.csv", services=services)
    write_errors(second.failed, stock / "two.csv")

    [row] = rows(stock / "two.csv")
    assert (row["line"], row["sku"], row["price"]) == ("2", "A", "cheap")


def test_every_row_of_a_file_is_counted_once(services, stock):
    header = "sku,title,photo,price,category"
    import_source(
        write(stock, header, "A,Dress,red.png,1,", "B,Coat,red.png,1,", "E,Hat,red.png,1,"),
        services=services,
    )
    label_product("B", "Gown", services=services)

    report = import_source(
        write(
            stock,
            header + ",fabric",
            "A,Dress,,1,,x",  # nothing new
            "B,Coat,,1,Jacket,x",  # a word that is not taken
            "C,Bag,green.png,1,,x",  # new
            "D,Bag,gone.png,1,,x",  # refused
            "E,Hat,,2,,x",  # changed
            "A,Again,,1,,x",  # twice
        ),
        services=services,
    )

    counted = (report.added, report.updated, report.unchanged, report.kept, len(report.failed))
    assert counted == (1, 1, 1, 1, 2)
    assert report.rows == 6


@pytest.mark.parametrize("header", ["sku,price", "sku,price,title,photo"])
def test_a_number_whose_zeros_a_spreadsheet_took_is_told(services, stock, header):
    import_source(write(stock, "sku,title,photo", "00123,A,red.png"), services=services)

    report = import_source(
        write(stock, header, "123,9.90,B,green.png"[: 8 if header == "sku,price" else None]),
        services=services,
    )

    notes = [(note.line, note.sku, note.note) for note in report.notes if note.line]
    assert notes == [(2, "123", "is no product, while '00123' is: programs make numbers of SKUs")]


@pytest.mark.parametrize(("known", "written"), [("1001", "1001.0"), ("00123", "123.00")])
def test_a_sku_that_has_become_a_decimal_number_is_told(services, stock, known, written):
    import_source(write(stock, "sku,title,photo", f"{known},A,red.png"), services=services)

    report = import_source(write(stock, "sku,price", f"{written},9.90"), services=services)

    assert [error.sku for error in report.failed] == [written]
    [note] = [note.note for note in report.notes]
    assert f"while '{known}' is" in note


def test_a_title_that_was_read_in_a_wrong_encoding_is_told(services, stock):
    misread = "Kleid „Zoë“, grün".encode().decode("cp1252")

    path = write(stock, "sku,title,photo,stock", f'A,"{misread}",red.png,1', "B,Maçã,green.png,1")
    report = import_source(path, services=services)

    [note] = report.notes
    assert (note.line, note.sku) == (2, "A")
    assert "seems to be 'Kleid „Zoë“, grün'" in note.note


def test_a_number_that_is_a_product_is_not_asked_about(services, stock):
    known = write(stock, "sku,title,photo", "00123,A,red.png", "123,B,green.png")
    import_source(known, services=services)

    report = import_source(write(stock, "sku,price", "123,9.90"), services=services)

    assert (report.updated, report.notes) == (1, ())


def test_an_oversold_stock_is_told(services, stock):
    path = write(stock, "sku,title,photo,stock", "A,Dress,red.png,-2", "B,Coat,red.png,5.0")

    report = import_source(path, services=services)

    told = [(note.line, note.sku, note.note) for note in report.notes]
    assert (report.added, told) == (2, [(2, "A", "the stock -2 is taken as 0")])
    assert product_by_sku("A", services=services).stock == 0
    assert product_by_sku("B", services=services).stock == 5


def test_a_stock_that_was_not_said_is_told_and_stays_once_it_was(services, stock):
    path = write(stock, "sku,title,photo,stock", "A,Dress,red.png,", "B,Coat,red.png,7")
    first = import_source(path, services=services)

    second = import_source(write(stock, "sku,stock", "A,", "B,"), services=services)

    told = [note.note for note in first.notes]
    assert told == ["1 new product came without a stock: it counts as 1 piece"]
    assert (second.unchanged, second.notes) == (2, ())


def corrected(stock, services, **words):
    """Export, change the categories as a person does in a spreadsheet, and import."""
    path = stock / "export.csv"
    if not path.exists():
        export_catalogue(path, services=services)
    table = rows(path)
    for row in table:
        if row["sku"] in words:
            row |= {"category": words[row["sku"]], "decided_by": "human"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)
    return import_source(path, services=services)


def test_corrections_in_an_export_are_taken_unless_somebody_spoke_since(services, stock):
    header = "sku,title,photo,category"
    lines = ("A,Dress,red.png,Gown", "B,Coat,red.png,Gown", "C,Hat,red.png,", "D,Bag,red.png,")
    import_source(write(stock, header, *lines), services=services)
    export_catalogue(stock / "export.csv", services=services)
    label_product("B", "Jacket", services=services)  # after the export
    label_product("D", "Purse", services=services)

    report = corrected(stock, services, A="Skirt", B="Skirt", C="Skirt", D="Skirt")

    held = {sku: product_by_sku(sku, services=services).category for sku in "ABCD"}
    assert held == {"A": "Skirt", "B": "Jacket", "C": "Skirt", "D": "Purse"}
    assert (report.updated, report.kept) == (2, 2)
    assert [(note.sku, "since decided_at" in note.note) for note in report.notes] == [
        ("B", True),
        ("D", True),
    ]


def test_a_correction_that_is_still_marked_as_the_models_is_told(services, stock):
    import_source(write(stock, "sku,title,photo", "A,Dress,red.png"), services=services)
    header = "sku,category,decided_by"

    report = import_source(write(stock, header, "A,Gown,model"), services=services)
    same = import_source(write(stock, header, "A,red,model"), services=services)

    assert (report.kept, len(report.notes)) == (1, 1)
    assert "write human there" in report.notes[0].note
    assert (same.unchanged, same.notes) == (1, ())


def test_a_person_may_speak_through_a_file(services, stock):
    import_source(
        write(stock, "sku,title,photo,category", "A,Dress,red.png,Gown"), services=services
    )
    header = "sku,category,decided_by"

    report = import_source(write(stock, header, "A,Skirt,human"), services=services)

    assert (report.updated, report.notes) == (1, ())
    assert product_by_sku("A", services=services).category == "Skirt"
