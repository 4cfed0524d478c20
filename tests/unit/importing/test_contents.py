"""A folder and a ZIP mean the same: a table with pictures, or pictures, and a word on the rest."""

import zipfile

import pytest

from catalog.errors import BadSource
from service.importing.opening import SourceOptions, open_source
from service.importing.report import RowNote
from tests.fakes import plain_picture

PICTURE = plain_picture()
TABLE = b"sku,title,photo\nD-1,Dress,front.png\n"


@pytest.fixture(params=["folder", "zip"])
def source(request, tmp_path):
    """Give a function that makes a source of files and opens it: (rows, notes, ignored, read)."""

    def make(files, **options):
        root = tmp_path / "stock"
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if request.param == "zip":
            with zipfile.ZipFile(tmp_path / "stock.zip", "w") as zip_:
                for name, data in files.items():
                    zip_.writestr(name, data)
            root = tmp_path / "stock.zip"
        with open_source(root, SourceOptions(**options), 1_000_000) as opened:
            told = list(opened.rows())
            rows = [each for each in told if not isinstance(each, RowNote)]
            read = {row.sku: [opened.read(name) for name in row.photos] for row in rows}
            return rows, [each.note for each in told if isinstance(each, RowNote)], opened, read

    return make


@pytest.mark.parametrize("table", ["stock.csv", "STOCK.CSV", "in/stock.tsv", "stock.txt"])
def test_a_table_says_which_pictures_count(source, table):
    folder = "in/" if "/" in table else ""
    data = TABLE.replace(b",", b"\t") if table.endswith((".tsv", ".txt")) else TABLE

    rows, notes, opened, read = source({table: data, f"{folder}front.png": PICTURE, "x.png": b""})

    assert ([row.sku for row in rows], notes, opened.ignored) == (["D-1"], [], 0)
    assert read == {"D-1": [PICTURE]}


def test_a_table_as_excels_unicode_text_is_read(source):
    data = "\ufeff" + TABLE.decode().replace(",", "\t")

    rows, *_ = source({"stock.txt": data.encode("utf-16-le"), "front.png": PICTURE})

    assert [row.sku for row in rows] == ["D-1"]


@pytest.mark.parametrize(
    ("table", "data"),
    [
        *((f"stock.{kind}", b"PK\3\4") for kind in ("xls", "xlsb", "ods", "numbers")),
        ("stock.csv.gz", b"\x1f\x8b"),
        ("list.txt", b"Name\tBild\nKleid\tfront.png\n"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_and_nothing_goes_in(source, table, data):
    with pytest.raises(BadSource, match=rf"a table that cannot be read, '{table}': save it as"):
        source({table: data, "front.png": PICTURE})


def test_a_workbook_beside_its_csv_is_passed_over_with_a_word(source):
    rows, notes, opened, _ = source({"a.csv": TABLE, "a.xlsx": b"PK\3\4", "front.png": PICTURE})

    assert ([row.sku for row in rows], opened.ignored) == (["D-1"], 1)
    assert notes == ["'a.xlsx' was passed over: a table that is not read"]


def test_two_tables_that_are_no_text_are_refused_by_name(source):
    with pytest.raises(BadSource, match=r"more than one table: a\.jsonl, b\.xlsx"):
        source({"a.jsonl": b"{}", "b.xlsx": b"PK\3\4"})


def test_xml_that_is_no_feed_is_passed_over(source):
    rows, *_ = source(
        {"a.xml": b"<!DOCTYPE html><html/>", "stock.csv": TABLE, "front.png": PICTURE}
    )

    assert [row.sku for row in rows] == ["D-1"]


def test_two_tables_are_refused_by_name(source):
    with pytest.raises(BadSource, match=r"more than one CSV: a\.csv, b/b\.csv"):
        source({"a.csv": TABLE, "b/b.csv": TABLE})


def test_pictures_are_told_by_their_bytes_and_the_rest_is_named(source):
    odd = dict.fromkeys(("a.png_large", "b", "c.dat", "d.pjpeg", "e.PNG!d"), PICTURE)

    _, notes, opened, read = source(
        odd | {"x.tif": b"II*\0", "read me.txt": b"BMW\n", "film.mp4": b"\0\0\0\x18ftypmp42"}
    )

    assert sorted(read) == ["a", "b", "c", "d", "e"]
    assert opened.ignored == 3
    assert notes == [
        "'film.mp4' was passed over: not a picture in a format that we know",
        "'read me.txt' was passed over: not a picture in a format that we know",
        "'x.tif' was passed over: a TIFF picture",
    ]


def test_ten_files_passed_over_are_named_and_all_are_counted(source):
    files = {f"{number}.txt": b"x" for number in range(30)}

    _, notes, opened, _ = source(files | {"a.png": PICTURE})

    assert (len(notes), opened.ignored) == (10, 30)


def test_what_drives_keep_is_no_stock_and_no_matter(source):
    clutter = ("@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg", "#recycle/b.png", "__MACOSX/._a.png", ".x.png")

    rows, notes, opened, _ = source(dict.fromkeys(clutter, PICTURE) | {"a.png": PICTURE})

    assert ([row.sku for row in rows], notes, opened.ignored) == (["a"], [], 0)


def test_nothing_to_import_is_a_word_and_no_success(source):
    with pytest.raises(BadSource, match=r"holds no table and no picture, only 'a\.txt' \("):
        source({"a.txt": b"hello"})


@pytest.mark.parametrize("inside", ["photos", "photos/0a"])
def test_a_shops_own_pictures_are_no_source(tmp_path, inside):
    home = tmp_path / "var"
    (home / "photos" / "0a").mkdir(parents=True)
    (home / "photos" / "0a" / "a.png").write_bytes(PICTURE)

    with (
        pytest.raises(BadSource, match="where the shop keeps its own pictures"),
        open_source(home / inside, SourceOptions(), 1_000_000, [home / "photos"]),
    ):
        pass


def test_stock_may_lie_beside_the_shops_own_pictures(tmp_path):
    for name in ("photos/b.png", "in/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PICTURE)
    (tmp_path / "catalog.sqlite3").touch()

    for source in (tmp_path, tmp_path / "in"):
        with open_source(source, SourceOptions(), 1_000_000, [tmp_path / "photos"]) as opened:
            rows = [row for row in opened.rows() if not isinstance(row, RowNote)]
        assert "a" in [row.sku for row in rows]
        assert "b" not in [row.sku for row in rows]


def test_a_home_within_a_folder_is_left_out_even_before_it_is_filled(tmp_path):
    (tmp_path / "var" / "photos").mkdir(parents=True)
    for name in ("a.png", "var/photos/b.png"):
        (tmp_path / name).write_bytes(PICTURE)

    with open_source(tmp_path, SourceOptions(), 1_000_000, [tmp_path / "var" / "photos"]) as opened:
        note, row = opened.rows()

    assert (row.sku, note.note) == ("a", "'var/photos/' was passed over: a shop's own pictures")
