import os
import re
import unicodedata

import pytest

from catalog.errors import BadRow, BadSource
from catalog.labelling import Speaker, Word
from service.importing.opening import SourceOptions, open_source
from service.stock.picture_numbers import MAX_PHOTOS
from tests.fakes import plain_picture

PICTURE = plain_picture()
MAX_BYTES = 100_000


@pytest.fixture
def shop(tmp_path):
    """A CSV beside its pictures, and a secret that is none of its business."""
    folder = tmp_path / "shop"
    (folder / "red").mkdir(parents=True)
    (folder / "a.png").write_bytes(PICTURE)
    (folder / "red" / "b.PNG").write_bytes(b"other")
    (tmp_path / "secret.png").write_bytes(b"secret")
    return folder


def rows_of(path, **options):
    with open_source(path, SourceOptions(**options), MAX_BYTES) as source:
        return list(source.rows())


def read(path, photo, **options):
    with open_source(path, SourceOptions(**options), MAX_BYTES) as source:
        return source.read(photo)


def write_table(shop, *lines, header="sku,title,photo,url,price,currency,stock,category"):
    path = shop / "stock.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def test_a_row_says_all_there_is_to_a_product(shop):
    path = write_table(shop, "A,Dress,a.png | red\\b.PNG,https://shop/a,19.90,eur,3,Dress")

    [row] = rows_of(path)

    assert (row.line, row.sku, row.photos) == (2, "A", ("a.png", "red\\b.PNG"))
    assert row.facts == {
        "title": "Dress",
        "url": "https://shop/a",
        "price_cents": 1990,
        "currency": "EUR",
        "stock": 3,
    }
    assert row.word == Word("Dress", Speaker.FILE)


def test_empty_cells_take_a_value_away_but_leave_stock_and_category(shop):
    [row] = rows_of(write_table(shop, "A,Dress,a.png,,,,,"))

    assert row.facts == {"title": "Dress", "url": None, "price_cents": None, "currency": None}


def test_columns_that_are_not_there_say_nothing(shop):
    [row] = rows_of(write_table(shop, "A,7", header="sku,stock"))

    assert (row.facts, row.photos) == ({"stock": 7}, ())


def test_a_models_category_is_no_word_of_a_person(shop):
    header = "sku,category,decided_by,decided_at,confidence,photo_digests"
    lines = ("A,Coat,model,,0.9,x", "B,Bag,human,now,,", "C,Hat,,,,")

    rows = rows_of(write_table(shop, *lines, header=header))

    assert [row.word for row in rows] == [
        Word("Coat", Speaker.MODEL, known_mark=""),
        Word("Bag", Speaker.PERSON, known_mark="now"),
        Word("Hat", Speaker.FILE, known_mark=""),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Dress,a.png,,,,,", "the sku is empty"),
        ("..,Dress,a.png,,,,,", "a sku is more than dots"),
        ("A,Dress,a.png,javascript:alert(1),,,,", "a url begins with https"),
        ("A,Dress,a.png,https://,,,,", "a url begins with https"),
        ("A,Dress,a.png,https://[x,,,,", "a url begins with https"),
        ("A,Dress,a.png,,12.345,,,", r"at most two decimals; got '12\.345'"),
        ("A,Dress,a.png,,-1,,,", "a price is written like"),
        ("A,Dress,a.png,,,euro,,", "three letters such as EUR, got 'euro'"),
        ("A,Dress,a.png,,,,many,", "the stock is a whole number, got 'many'"),
        ("A,Dress,a.png,,,,1.5,", "the stock is a whole number, got '1.5'"),
        ("A,Dress,a.png,,cheap,,many,", "a price is .* 'cheap'; the stock is .* 'many'"),
        ("A,Dress," + "|".join(map(str, range(MAX_PHOTOS + 1))) + ",,,,,", "at most 20 photos"),
    ],
)
def test_a_value_that_breaks_its_rule_is_reported(shop, line, reason):
    path = write_table(shop, line, "B,Coat,a.png,,,,,")

    bad, row = rows_of(path)

    error = bad.error()
    assert error.line == 2
    assert re.search(reason, error.reason)
    assert (row.sku, row.faults) == ("B", {})


@pytest.mark.parametrize(
    ("cell", "stock", "notes"),
    [
        ("5", 5, ()),
        ("5.0", 5, ()),
        ("5,00", 5, ()),
        ("-2", 0, ("the stock -2 is taken as 0",)),
        ("-2.0", 0, ("the stock -2 is taken as 0",)),
        ("-0", 0, ()),
        ("7.0000", 7, ()),
    ],
)
def test_a_stock_is_whole_and_one_that_was_oversold_is_none(shop, cell, stock, notes):
    [row] = rows_of(write_table(shop, f'A,"{cell}"', header="sku,stock"))

    assert (row.facts, row.notes) == ({"stock": stock}, notes)


@pytest.mark.parametrize("cell", ["1.000", "1,000", "12.345", "-2.000", "1.000.000"])
def test_a_stock_that_may_be_thousands_is_asked_about(shop, cell):
    [row] = rows_of(write_table(shop, f'A,"{cell}"', header="sku,stock"))

    assert f"got '{cell}', which may be thousands" in row.faults["stock"]


def test_an_empty_title_says_nothing(shop):
    [row] = rows_of(write_table(shop, "A,,7", header="sku,title,stock"))

    assert (row.facts, row.faults) == ({"stock": 7}, {})


def test_nobody_but_a_person_a_file_or_a_model_decides(shop):
    [row] = rows_of(write_table(shop, "A,Hat,Bob", header="sku,category,decided_by"))

    assert list(row.faults.values()) == ["decided_by is human, file, model or empty, got 'Bob'"]


@pytest.mark.parametrize("name", ["a.png", "./a.png", "red/../a.png", "red/b.PNG", "red\\b.PNG"])
def test_a_picture_inside_the_folder_is_read(shop, name):
    assert read(write_table(shop), name) in (PICTURE, b"other")


@pytest.mark.parametrize(
    "name", ["A.PNG", "Red/B.png", "RED\\b.png", "red/b.png ", "red/b.P\u200bNG"]
)
def test_a_picture_is_read_whatever_the_case_of_its_name(shop, name):
    assert read(write_table(shop), name) in (PICTURE, b"other")


def test_a_macs_picture_is_read_where_the_table_is_of_another_machine(shop):
    (shop / unicodedata.normalize("NFD", "grün.jpg")).write_bytes(b"green")

    assert read(write_table(shop), "grün.jpg") == b"green"


def test_a_name_that_may_be_any_of_two_files_is_the_rows_error(shop):
    (shop / "A.PNG").write_bytes(b"another")

    assert read(write_table(shop), "a.png") == PICTURE
    with pytest.raises(BadRow, match=r"'A\.png' may be any of 'A\.PNG', 'a\.png'"):
        read(write_table(shop), "A.png")


def test_a_picture_by_its_whole_path_is_read_if_it_is_inside(shop):
    assert read(write_table(shop), str(shop / "a.png")) == PICTURE


@pytest.mark.parametrize(
    "name", ["../secret.png", "red/../../secret.png", "/etc/passwd", "..\\secret.png"]
)
def test_no_name_leads_out_of_the_folder(shop, name):
    with pytest.raises(BadRow, match=r"outside the pictures' folder"):
        read(write_table(shop), name)


def test_no_link_leads_out_of_the_folder(shop):
    (shop / "link.png").symlink_to(shop.parent / "secret.png")
    (shop / "up").symlink_to(shop.parent)

    for name in ("link.png", "up/secret.png"):
        with pytest.raises(BadRow, match=r"outside the pictures' folder"):
            read(write_table(shop), name)


@pytest.mark.parametrize("name", ["no.png", "red", "", "a" * 300, "x\0y"])
def test_a_picture_that_is_not_there_is_the_rows_error(shop, name):
    with pytest.raises(BadRow, match=r"missing|cannot be read"):
        read(write_table(shop), name)


def test_a_pipe_is_no_picture(shop):
    os.mkfifo(shop / "pipe.png")

    with pytest.raises(BadRow, match="missing"):
        read(write_table(shop), "pipe.png")


def test_links_in_a_circle_are_the_rows_error(shop):
    (shop / "x.png").symlink_to("y.png")
    (shop / "y.png").symlink_to("x.png")

    with pytest.raises(BadRow, match=r"missing|cannot be read"):
        read(write_table(shop), "x.png")


def test_a_picture_with_too_many_bytes_is_the_rows_error(shop):
    (shop / "large.png").write_bytes(bytes(MAX_BYTES + 1))

    with pytest.raises(BadRow, match=f"at most {MAX_BYTES} bytes"):
        read(write_table(shop), "large.png")


def test_pictures_may_lie_elsewhere(shop, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "c.png").write_bytes(b"third")

    assert read(write_table(shop), "c.png", photos=elsewhere) == b"third"
    with pytest.raises(BadRow, match="missing"):
        read(write_table(shop), "a.png", photos=elsewhere)


def test_each_picture_of_a_folder_is_a_product(shop):
    (shop / "notes.txt").write_text("no picture")
    (shop / ".hidden.png").write_bytes(PICTURE)

    note, *rows = rows_of(shop)

    assert note.note == "'notes.txt' was passed over: not a picture in a format that we know"
    assert [(row.line, row.sku, row.photos, row.facts) for row in rows] == [
        (1, "a", ("a.png",), {}),
        (2, "b", ("red/b.PNG",), {}),
    ]


def test_a_folders_name_is_a_category_only_if_asked_for(shop):
    rows = rows_of(shop, category_from_folder=True)

    assert [row.word for row in rows] == [None, Word("red")]


def test_links_to_folders_are_not_followed(shop):
    (shop / "red" / "again").symlink_to(shop)

    note, *rows = rows_of(shop)

    assert "'red/again' was passed over: a link to a folder" in note.note
    assert [row.sku for row in rows] == ["a", "b"]


def test_a_file_name_that_is_no_unicode_is_reported(shop):
    with open(os.fsencode(shop) + b"/caf\xe9.png", "wb") as file:
        file.write(PICTURE)

    rows = rows_of(shop)

    assert [type(row).__name__ for row in rows] == ["Row", "RowError", "Row"]
    assert "caf\\udce9.png" in rows[1].reason


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("none.csv", {}, "there is no file or folder"),
        ("a.png", {}, "no .csv, .* or .zip and no folder"),
        ("feed.json", {}, "it is JSON: give a CSV instead"),
        ("", {"photos": "red"}, "name that, and not its folder"),
        ("stock.csv", {"photos": "nowhere"}, "name it by --photos"),
    ],
)
def test_what_is_no_source_is_refused(shop, name, options, reason):
    (shop / "feed.json").write_text('[{"sku": "A"}]', encoding="utf-8")
    (shop / "feed.xml").write_text("<rss/>", encoding="utf-8")
    write_table(shop)
    options = {option: shop / value for option, value in options.items()}

    with pytest.raises(BadSource, match=reason):
        rows_of(shop / name, **options)
