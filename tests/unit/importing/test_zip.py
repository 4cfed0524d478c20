import io
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest

from catalog.errors import BadRow, BadSource
from embeddings.files.archives import ArchiveLimits
from service.importing.picture_rows import PictureOptions
from service.importing.report import RowNote
from service.importing.zip_source import ZipSource
from tests.fakes import plain_picture

PICTURE = plain_picture()
TABLE = b"sku,title,photo\nA,Dress,a.png\nB,Coat,pictures\\b.png|a.png\n"


@pytest.fixture
def archive(tmp_path):
    """Give a function that packs files, by name or ZipInfo, and gives the archive's path."""

    def pack(files, packing=zipfile.ZIP_DEFLATED):
        path = tmp_path / "stock.zip"
        with zipfile.ZipFile(path, "w", packing) as zip_:
            for name, data in files:
                zip_.writestr(name, data)
        return path

    return pack


def opened(path: Path, **options):
    return ZipSource(path, 10_000_000, PictureOptions(), **options)


def entry(name="a.png", mode=0):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_a_table_in_an_archive_names_pictures_beside_itself(archive):
    files = [("in/stock.csv", TABLE), ("in/a.png", PICTURE), ("in/pictures/b.png", b"other")]
    source = opened(archive([*files, ("__MACOSX/in/._stock.csv", b""), ("in/", b"")]))

    first, second = source.rows()

    assert (first.sku, source.read(first.photos[0])) == ("A", PICTURE)
    assert [source.read(photo) for photo in second.photos] == [b"other", PICTURE]
    assert source.count() == 2


def test_pictures_without_a_table_are_products(archive):
    files = [("b/red-dress_2.JPG", PICTURE), ("a.png", PICTURE), ("readme.txt", b"hello")]
    source = opened(archive([*files, (".hidden.png", PICTURE)]))

    note, *rows = source.rows()

    assert [(row.sku, row.new_facts["title"]) for row in rows] == [
        ("a", "a"),
        ("red-dress_2", "red dress 2"),
    ]
    assert source.ignored == 1  # of the hidden one nobody wants to hear
    told = "'readme.txt' was passed over: not a picture in a format that we know"
    assert note == RowNote(0, "", told)
    assert source.read(rows[1].photos[0]) == PICTURE


@pytest.mark.parametrize("encoding", ["utf-8", "cp850"])
def test_a_macs_and_a_windows_names_are_those_of_the_table(tmp_path, encoding):
    name = "grün.jpg" if encoding == "cp850" else unicodedata.normalize("NFD", "grün.jpg")
    raw, held = name.encode(encoding), b"gr" + b"_" * (len(name.encode(encoding)) - 7) + b"n.jpg"
    path = tmp_path / "stock.zip"
    with zipfile.ZipFile(path, "w") as zip_:
        zip_.writestr("stock.csv", "sku,title,photo\nA,Dress,GRÜN.jpg\n")
        zip_.writestr(held.decode(), PICTURE)
    path.write_bytes(path.read_bytes().replace(held, raw))
    source = opened(path)

    [row] = source.rows()

    assert source.read(row.photos[0]) == PICTURE


def test_a_name_that_may_be_any_of_two_pictures_is_that_rows_error(archive):
    source = opened(archive([("a.PNG", PICTURE), ("A.png", b"other"), ("b.PNG", b"third")]))

    assert (source.read("A.png"), source.read("B.png")) == (b"other", b"third")
    with pytest.raises(BadRow, match=r"'a\.png' may be any of 'a\.PNG', 'A\.png'"):
        source.read("a.png")


def test_folders_that_net_packs_are_no_files(archive):
    source = opened(archive([("stock\\", b""), ("stock\\a.png", PICTURE)]))

    assert [row.sku for row in source.rows()] == ["a"]
    assert source.ignored == 0


@pytest.mark.parametrize(
    "name",
    ["../a.png", "x/../../a.png", "/etc/a.png", "C:/a.png", "c:a.png", "..\\a.png", "\\\\host\\a"],
)
def test_a_path_that_leads_out_refuses_the_whole(archive, name):
    path = archive([("good.png", PICTURE), (name, PICTURE)])

    with pytest.raises(BadSource, match="leads out of it"):
        opened(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_a_link_or_a_device_refuses_the_whole(archive, kind):
    path = archive([(entry(mode=kind | 0o644), b"/etc/passwd")])

    with pytest.raises(BadSource, match=r"a link or a device: 'a\.png'"):
        opened(path)


def test_a_password_refuses_the_whole(archive):
    path = archive([("a.png", PICTURE)])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1  # the flag in the list of entries
    path.write_bytes(data)

    with pytest.raises(BadSource, match="without a password"):
        opened(path)


@pytest.mark.parametrize("names", [("a.png", "a.png"), ("a.png", "./a.png"), ("x/a", "x\\a")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_refuses_the_whole(archive, names):
    path = archive([(name, PICTURE) for name in names])

    with pytest.raises(BadSource, match="twice"):
        opened(path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_refuses_the_whole(archive, packing):
    path = archive([("a.png", PICTURE)], packing)

    with pytest.raises(BadSource, match="as a usual ZIP"):
        opened(path)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"ratio_counts_from": 2_000_000}, r"'bomb1.bmp' unpacks to more than 200 times its size"),
        ({"total_ratio_counts_from": 8_000_000}, "the ZIP unpacks to more than 200 times its size"),
        (
            {"max_entry_bytes": 2_000_000},
            r"'bomb1.bmp' unpacks to 3000000 bytes, more than 2000000",
        ),
        ({"max_total_bytes": 8_000_000}, "at most 8000000 bytes, not 90"),
    ],
)
def test_a_bomb_refuses_the_whole(archive, limits, reason):
    bombs = [(f"bomb{number}.bmp", bytes(3_000_000)) for number in (1, 2, 3)]
    path = archive([("good.png", PICTURE), *bombs])

    with pytest.raises(BadSource, match=reason):
        opened(path, limits=ArchiveLimits(**limits))


def test_blank_pictures_and_empty_rows_pack_well_and_condemn_nothing(archive):
    rows = b"sku,title,photo\nA,Dress,a.png\n" + b",,\r\n" * 60_000
    files = [("stock.csv", rows), ("a.png", PICTURE), ("blank.bmp", bytes(5_000_000))]

    source = opened(archive([*files, ("layers.psd", bytes(20_000_000))]))

    note, row = source.rows()

    assert (row.sku, source.read("a.png")) == ("A", PICTURE)
    assert "'layers.psd' was passed over" in note.note


def test_a_picture_is_unpacked_no_further_than_a_picture_may_be_large(archive):
    path = archive([("a.png", bytes(60_000_000))])
    source = opened(path)

    with pytest.raises(BadRow, match="at most 10000000 bytes"):
        source.read("a.png")


def test_an_honest_table_that_packs_well_goes_in(archive):
    rows = b"".join(b"SKU-%d,A plain dress,a.png\n" % number for number in range(20_000))
    path = archive([("stock.csv", b"sku,title,photo\n" + rows), ("a.png", PICTURE)])

    assert opened(path).count() == 20_000


def test_too_many_entries_refuse_the_whole_before_their_list_is_loaded(archive):
    path = archive([(f"{number}.png", b"") for number in range(11)])

    with pytest.raises(BadSource, match="at most 10 entries, this has 11"):
        opened(path, limits=ArchiveLimits(max_entries=10))


def test_a_list_of_entries_that_lies_about_its_number_is_counted(archive):
    path = archive([(f"{number}.png", b"") for number in range(11)])
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\5\6")
    data[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    path.write_bytes(data)

    with pytest.raises(BadSource, match="at most 10 entries"):
        opened(path, limits=ArchiveLimits(max_entries=10))


def test_too_much_in_all_refuses_the_whole(archive):
    path = archive([("a.png", b"x" * 600), ("b.png", b"y" * 600)])

    with pytest.raises(BadSource, match="unpacks to at most 1000 bytes, not 1200"):
        opened(path, limits=ArchiveLimits(max_total_bytes=1000))


def test_entries_that_share_their_bytes_refuse_the_whole(archive):
    path = archive([("a.png", PICTURE), ("b.png", PICTURE)], zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = struct.pack("<L", 0)  # where its bytes begin
    path.write_bytes(data)

    with pytest.raises(BadSource, match=r"share their bytes|Overlapped"):
        opened(path).read("b.png")


@pytest.mark.parametrize("comment", [b"", b"nothing in it"])
def test_an_archive_of_nothing_is_refused(archive, comment):
    path = archive([])
    with zipfile.ZipFile(path, "a") as zip_:
        zip_.comment = comment

    with pytest.raises(BadSource, match="the ZIP is empty"):
        opened(path)


def test_an_archive_that_ends_in_two_ways_is_refused(archive):
    path = archive([("a.png", PICTURE)])
    with zipfile.ZipFile(path, "a") as zip_:
        zip_.comment = b"x" * 50 + b"PK\5\6" + bytes(18)  # the end of an empty archive

    with pytest.raises(BadSource, match="ends in two ways"):
        opened(path)


@pytest.mark.parametrize("between", [b"", b"\r\n", bytes(1000)])
def test_two_archives_in_one_file_are_refused_as_one_would_not_be_read(archive, between):
    first = archive([("a.png", PICTURE)]).read_bytes()
    path = archive([("b.png", PICTURE)])
    path.write_bytes(first + between + path.read_bytes())

    with pytest.raises(BadSource, match="two, one behind the other"):
        opened(path)


def test_an_archive_behind_the_program_that_unpacks_it_is_read(archive):
    path = archive([("a.png", PICTURE)])
    path.write_bytes(b"MZ" + bytes(5000) + path.read_bytes())

    assert opened(path).read("a.png") == PICTURE


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"not a zip" * 100, b"PK\5\6" + bytes(10)])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "stock.zip"
    path.write_bytes(data)

    with pytest.raises(BadSource, match="no whole ZIP"):
        opened(path)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Rar!\x1a\x07\0" + bytes(50), "is a RAR archive: unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "is a 7z archive: unpack it"),
        (b"\x1f\x8b\x08" + bytes(50), "is packed with gzip: unpack it"),
        (b"\n<!DOCTYPE html><html>Sign in</html>", "is a web page"),
        (b'{"error": "not found"}', "is JSON"),
    ],
)
def test_what_is_something_else_is_told_by_what_it_is(tmp_path, data, told):
    path = tmp_path / "stock.zip"
    path.write_bytes(data)

    with pytest.raises(BadSource, match=rf"stock\.zip {told}"):
        opened(path)


def test_an_archive_that_is_cut_short_is_refused(archive):
    path = archive([("a.png", PICTURE)])
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(BadSource, match="no whole ZIP"):
        opened(path)


@pytest.mark.parametrize("missing", [1, 30, 80])
def test_an_archive_without_its_beginning_is_refused(archive, missing):
    path = archive([("a.png", PICTURE), ("b.png", PICTURE)])
    path.write_bytes(path.read_bytes()[missing:])

    with pytest.raises(BadSource, match="ZIP is damaged"):
        opened(path)


def test_two_tables_are_refused_as_nobody_knows_which_is_meant(archive):
    path = archive([("a.csv", TABLE), ("b.csv", TABLE)])

    with pytest.raises(BadSource, match=r"more than one CSV: a\.csv, b\.csv"):
        opened(path)


@pytest.mark.parametrize(
    ("photo", "reason"),
    [("../b.png", "outside the ZIP"), ("/etc/passwd", "outside"), ("no.png", "missing")],
)
def test_a_row_cannot_reach_what_is_not_in_the_archive(archive, photo, reason):
    source = opened(archive([("in/stock.csv", TABLE), ("b.png", PICTURE)]))

    with pytest.raises(BadRow, match=reason):
        source.read(photo)


def test_a_picture_with_too_many_bytes_is_that_rows_error(archive):
    source = ZipSource(archive([("a.png", bytes(50_000))]), 40_000, PictureOptions())

    with pytest.raises(BadRow, match="at most 40000 bytes"):
        source.read("a.png")


def test_a_damaged_entry_is_that_rows_error(archive):
    path = archive([("a.png", PICTURE), ("b.png", PICTURE)], zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(PICTURE) + 20] ^= 0xFF
    path.write_bytes(data)
    source = opened(path)

    with pytest.raises(BadRow, match="damaged in the ZIP"):
        source.read("a.png")
    assert source.read("b.png") == PICTURE


def test_an_entry_that_says_less_than_it_holds_gives_no_more_than_it_says(archive):
    path = archive([("a.png", bytes(5_000_000))])
    data = bytearray(path.read_bytes())
    listed = data.index(b"PK\1\2")
    data[listed + 24 : listed + 28] = struct.pack("<L", 60_000)  # its size, unpacked
    path.write_bytes(data)
    source = opened(path)

    with pytest.raises(BadRow, match="damaged in the ZIP"):
        source.read("a.png")


def test_a_bad_row_in_an_archives_table_is_reported(archive):
    source = opened(archive([("stock.csv", b"sku,price\nA,cheap\nB,2\n")]))

    bad, row = source.rows()

    assert (bad.line, bad.sku, list(bad.faults)) == (2, "A", ["price"])
    assert (row.sku, row.facts) == ("B", {"price_cents": 200})


def test_an_archive_in_an_archive_is_passed_over(archive):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zip_:
        zip_.writestr("a.png", PICTURE)
    source = opened(archive([("inner.zip", inner.getvalue()), ("b.png", PICTURE)]))

    note, row = source.rows()

    assert (row.sku, source.ignored) == ("b", 1)
    assert note.note == "'inner.zip' was passed over: a ZIP archive"


@pytest.mark.parametrize("name", ["notes.txt", "folder/", "__MACOSX/._a.png"])
def test_an_archive_with_nothing_to_import_is_refused(archive, name):
    with pytest.raises(BadSource, match=r"stock\.zip holds no table and no picture"):
        opened(archive([(name, b"")]))


@pytest.mark.parametrize(("size", "packs"), [(70_000_000, True), (1_100_000_000, False)])
def test_a_table_that_would_be_read_for_minutes_is_refused(archive, size, packs):
    path = archive([("stock.csv", b"sku,title\n"), ("a.png", PICTURE)])
    data = bytearray(path.read_bytes())
    listed = data.index(b"PK\1\2")
    data[listed + 24 : listed + 28] = struct.pack("<L", size)  # what it says to unpack to
    path.write_bytes(data)

    with pytest.raises(BadSource, match=f"'stock.csv' unpacks to {size} bytes"):
        opened(path, limits=ArchiveLimits(max_ratio=200 if packs else 10**9))
