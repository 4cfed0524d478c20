"""A shop's own photos are found in folders or a CSV, and gaps are named."""

import os
import unicodedata
from zipfile import ZipFile

import pytest

from tests.fakes import plain_picture
from training.data.shop_photos import read_shop_photos
from training.errors import BadData
from training.recipes.shop.config import fingerprint_of


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())  # not decoded here
    return folder


def test_a_folder_of_category_folders_is_read(tmp_path):
    touch(tmp_path, "hats/a.jpg", "hats/b.PNG", "bags/c.webp", "bags/d.jpg", "bags/notes.txt")

    photos = read_shop_photos(tmp_path)

    assert [(p.path.name, p.label) for p in photos] == [
        ("c.webp", "bags"), ("d.jpg", "bags"), ("a.jpg", "hats"), ("b.PNG", "hats"),
    ]  # fmt: skip
    assert len({photo.group for photo in photos}) == 4


def test_the_photos_of_one_product_folder_are_one_group(tmp_path):
    touch(tmp_path, "hats/77/front.jpg", "hats/77/back.jpg", "bags/1.jpg", "bags/2.jpg")

    groups = {photo.path.name: photo.group for photo in read_shop_photos(tmp_path)}

    assert groups["front.jpg"] == groups["back.jpg"]
    assert groups["1.jpg"] != groups["2.jpg"]


def test_a_csv_names_photos_beside_it(tmp_path):
    touch(tmp_path, "p/a.jpg", "p/b.jpg", "p/c.jpg", "p/d.jpg")
    table = tmp_path / "photos.csv"
    table.write_text(
        "\ufeffimage,category,sku\np/a.jpg,Hat,7\np/b.jpg,Hat,7\np/c.jpg, Bag ,8\np/d.jpg,Bag,\n",
        encoding="utf-8",
    )

    photos = read_shop_photos(table)

    assert [(p.path.name, p.label, p.group) for p in photos] == [
        ("a.jpg", "Hat", "7"), ("b.jpg", "Hat", "7"), ("c.jpg", "Bag", "8"),
        ("d.jpg", "Bag", "p/d.jpg"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("photo,category\nx.jpg,Hat\n", r"row 2 of .* names a photo that is missing: x\.jpg"),
        ("photo,category\na.jpg,\n", "row 2 of .* names no category"),
        ("photo,colour\na.jpg,red\n", "lacks a column named category or label"),
        ("", "is empty: its first line names the columns, 'photo' or 'image' or 'file'"),
        ("name,category\na.jpg,Hat\n", "needs a first line with the column 'photo'"),
        (
            "photo,category\n/etc/passwd,Hat\n",
            "that (lies outside the pictures' folder|is missing)",
        ),
        ("photo,category\n../a.jpg,Hat\n", "lies outside the pictures' folder"),
        ("photo,category\npipe.jpg,Hat\n", "row 2 of .* is missing: pipe"),
        ("photo,category\nfolder.jpg,Hat\n", "row 2 of .* is missing: folder"),
        ("photo,category\na.jpg," + "H" * 65 + "\n", "at most 64 characters, this one has 65"),
        ("photo,category\na.jpg,H\u202eat\n", r"a control character \(U\+202E\)"),
        ("photo,category\na.jpg,H\x1b[1mat\n", r"a control character \(U\+001B\)"),
        ('photo,category\n"a.jpg,Hat\n', "row 2 of .*a quotation mark is opened and not closed"),
    ],
)
def test_a_csv_that_makes_no_sense_is_refused(tmp_path, text, complaint):
    folder = touch(tmp_path / "in", "a.jpg", "../a.jpg")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "folder.jpg").mkdir()
    (folder / "t.csv").write_text(text, encoding="utf-8")

    with pytest.raises(BadData, match=complaint):
        read_shop_photos(folder / "t.csv")


@pytest.mark.parametrize(
    ("header", "row", "complaint"),
    [
        ("photo,category,sku", "a.jpg,Röcke,1", r"row 3 of .*t\.csv: the category is not UTF-8"),
        ("photo,category,sku", "ä.jpg,Hat,1", r"row 3 of .*t\.csv: the photo's name is not UTF-8"),
        ("photo,category,sku", "a.jpg,Hat,Größe", r"row 3 of .*t\.csv: the group is not UTF-8"),
        ("phots,category", "a.jpg,Hat", "if 'phots' is the photo, call it 'photo'"),
        ("photo,Categorie", "a.jpg,Hat", "if 'categorie' is the category, call it 'category'"),
    ],
)
def test_a_table_that_is_nearly_one_is_told_where_it_is_not(tmp_path, header, row, complaint):
    folder = touch(tmp_path, "a.jpg", "ä.jpg")
    text = f"{header}\na.jpg,Hat{',1' * header.count(',sku')}\n{row}\n"
    (folder / "t.csv").write_bytes(text.encode("cp1252"))

    with pytest.raises(BadData, match=complaint):
        read_shop_photos(folder / "t.csv")


def test_one_category_is_not_enough(tmp_path):
    touch(tmp_path, "hats/a.jpg", "hats/b.jpg")

    with pytest.raises(BadData, match="at least two categories"):
        read_shop_photos(tmp_path)


def test_a_category_of_one_photo_is_named(tmp_path):
    touch(tmp_path, "hats/a.jpg", "hats/b.jpg", "bags/c.jpg")

    with pytest.raises(BadData, match="too few are of: bags"):
        read_shop_photos(tmp_path)


def test_a_photo_outside_the_categories_is_refused(tmp_path):
    touch(tmp_path, "hats/a.jpg", "lost.jpg")

    with pytest.raises(BadData, match="belongs into"):
        read_shop_photos(tmp_path)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadData, match="neither a folder nor a CSV"):
        read_shop_photos(tmp_path / "nothing")


ROWS = [("a.jpg", "Hat", "1"), ("b.jpg", "Hat", "2"), ("c.jpg", "Bag", "3"), ("d.jpg", "Bag", "4")]


def lines(delimiter=",", header="photo,category,sku", ends="\n"):
    told = [header.replace(",", delimiter), *(delimiter.join(row) for row in ROWS)]
    return ends.join(told) + ends


@pytest.mark.parametrize(
    "data",
    [
        lines(";").encode(),
        lines("\t").encode("utf-16"),
        lines(header="Photo,Category,SKU").encode(),
        lines(header="photo, category, sku").encode(),
        ("sep=;\n" + lines(";")).encode("utf-8-sig"),
        lines(ends="\r").encode(),
        lines().replace("a.jpg", "A.JPG").replace("b.jpg", "sub\\..\\b.jpg").encode(),
        lines().replace("b.jpg", "/b.jpg?v=2").encode(),
        (lines() + ",,\n,,\n").encode(),
    ],
)
def test_a_table_is_read_as_an_import_reads_it(tmp_path, data):
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg", "sub/x.jpg")
    (tmp_path / "t.csv").write_bytes(data)

    photos = read_shop_photos(tmp_path / "t.csv")

    assert [(photo.path.name, photo.label, photo.group) for photo in photos] == ROWS


def test_several_photos_of_a_cell_are_one_group(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    (tmp_path / "t.csv").write_text("photo,category\na.jpg|b.jpg,Hat\nc.jpg,Bag\nd.jpg,Bag\n")

    groups = [photo.group for photo in read_shop_photos(tmp_path / "t.csv")]

    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


def test_what_network_drives_keep_is_no_category(tmp_path):
    touch(tmp_path, "hats/a.jpg", "hats/b.jpg", "bags/c.jpg", "bags/d.jpg")
    touch(tmp_path, "@eaDir/hats/SYNO_DIR_THUMB.jpg", "hats/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg")
    touch(tmp_path, "#recycle/x.jpg", "__MACOSX/hats/._a.jpg", ".hidden/y.jpg", "hats/Thumbs.db")
    said = []

    photos = read_shop_photos(tmp_path, said.append)

    assert [photo.path.name for photo in photos] == ["c.jpg", "d.jpg", "a.jpg", "b.jpg"]
    assert said == []


def test_photos_are_told_by_their_bytes_and_the_rest_is_named(tmp_path):
    touch(tmp_path, "hats/a.jfif", "hats/b.HIF", "bags/c.jpe", "bags/notes.txt")
    (tmp_path / "bags" / "d").write_bytes(plain_picture())
    os.mkfifo(tmp_path / "bags" / "e.jpg")
    said = []

    photos = read_shop_photos(tmp_path, said.append)

    assert [photo.path.name for photo in photos] == ["c.jpe", "d", "a.jfif", "b.HIF"]
    [line] = said
    assert "bags/e.jpg (neither a file nor a folder)" in line
    assert "bags/notes.txt (not a picture in a format that we know)" in line


def test_a_picture_of_a_format_that_is_not_read_is_named_and_nothing_is_done(tmp_path):
    touch(tmp_path, "hats/a.jpg", "hats/b.jpg", "bags/c.jpg", "bags/d.jpg")
    (tmp_path / "bags" / "e.tif").write_bytes(b"II*\0")

    with pytest.raises(BadData, match=r"1 photos cannot be read: bags/e\.tif \(a TIFF picture\)"):
        read_shop_photos(tmp_path)


def test_categories_that_look_the_same_are_one_called_as_most_photos_call_it(tmp_path):
    apart = unicodedata.normalize("NFD", "Röcke")
    touch(tmp_path, "Röcke/a.jpg", f"{apart}/b.jpg", "hosen/c.jpg", "Hosen/d.jpg", "Hosen /e.jpg")
    said = []

    photos = read_shop_photos(tmp_path, said.append)

    assert sorted(photo.label for photo in photos) == ["Hosen", "Hosen", "Hosen", "Röcke", "Röcke"]
    assert said == ["Hosen, hosen are one category, called Hosen"]


def test_one_picture_many_times_is_said_and_on_one_side_of_the_split(tmp_path):
    touch(tmp_path, "hats/b.jpg", "bags/d.jpg", "bags/e.jpg")
    for name in ("hats/a1.jpg", "hats/a2.jpg", "bags/a3.jpg"):
        (tmp_path / name).write_bytes(b"the same")
    said = []

    photos = read_shop_photos(tmp_path, said.append)

    groups = {photo.path.name: photo.group for photo in photos}
    assert groups["a1.jpg"] == groups["a2.jpg"] == groups["a3.jpg"]
    assert len(set(groups.values())) == 4
    assert said == [
        "the same picture more than once, kept on one side of the split: bags/a3.jpg 3 times",
        "the same picture under more than one category, which teaches both: "
        "bags/a3.jpg, hats/a1.jpg, hats/a2.jpg under bags and hats",
    ]


def test_groups_that_share_a_picture_are_one_however_far_it_goes(tmp_path):
    touch(tmp_path, "hats/1/a.jpg", "hats/2/b.jpg", "hats/3/c.jpg", "hats/4/d.jpg", "bags/5/e.jpg")
    for name, data in (("1/x", b"p"), ("2/x", b"p"), ("2/y", b"q"), ("3/y", b"q")):
        (tmp_path / "hats" / f"{name}.jpg").write_bytes(data)
    touch(tmp_path, "bags/6/f.jpg")

    groups = {photo.path.parent.name: photo.group for photo in read_shop_photos(tmp_path)}

    assert groups["1"] == groups["2"] == groups["3"]
    assert len(set(groups.values())) == 4


def packed(tmp_path, folder, name="shop.zip", below=""):
    """Pack a folder's files, each below another folder if one is named."""
    with ZipFile(tmp_path / name, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, below + path.relative_to(folder).as_posix())
    return tmp_path / name


@pytest.mark.parametrize("below", ["", "shop/", "Shop/"])
def test_a_zip_of_category_folders_is_read_as_the_folder_is(tmp_path, below):
    folder = touch(
        tmp_path / "in", "hats/77/a.jpg", "hats/77/b.PNG", "bags/c.jpg", "bags/d.jpg", "bags/n.txt"
    )
    (folder / "bags" / "e.jpg").write_bytes((folder / "bags" / "d.jpg").read_bytes())
    told, said = [], []

    loose = read_shop_photos(folder, said.append)
    photos = read_shop_photos(packed(tmp_path, folder, below=below), told.append)

    assert [(p.path.name, p.label, p.group, p.path.read_bytes()) for p in photos] == [
        (p.path.name, p.label, p.group, p.path.read_bytes()) for p in loose
    ]
    assert [line.replace(below, "") for line in told] == said
    assert fingerprint_of(photos) != fingerprint_of(loose)
    assert fingerprint_of(photos) == fingerprint_of(read_shop_photos(tmp_path / "shop.zip"))


def test_a_zip_with_a_table_is_read_by_its_table(tmp_path):
    folder = touch(tmp_path / "in", "p/a.jpg", "p/b.jpg", "p/c.jpg", "p/d.jpg", "p/unnamed.jpg")
    (folder / "p" / "stock.tsv").write_bytes(lines("\t").replace("a.jpg", "A.JPG").encode())

    photos = read_shop_photos(packed(tmp_path, folder))

    assert [(photo.path.name, photo.label, photo.group) for photo in photos] == ROWS


def test_a_folder_with_a_table_is_read_by_its_table(tmp_path):
    folder = touch(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg", "unnamed.jpg")
    (folder / "stock.csv").write_text(lines())

    photos = read_shop_photos(folder)

    assert [(photo.path.name, photo.label, photo.group) for photo in photos] == ROWS


def test_a_table_of_another_encoding_is_read_where_it_is_named(tmp_path):
    folder = touch(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    (folder / "t.csv").write_bytes(lines().replace("Bag", "Röcke").encode("cp1252"))

    labels = {p.label for p in read_shop_photos(folder / "t.csv", encoding="cp1252")}

    assert labels == {"Hat", "Röcke"}
    with pytest.raises(BadData, match="no encoding 'klingon'"):
        read_shop_photos(folder / "t.csv", encoding="klingon")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("../../out.jpg", "outside"),
        ("gone.jpg", "is missing from the ZIP"),
        ("", "names no photo"),
    ],
)
def test_a_table_in_a_zip_names_only_what_is_in_it(tmp_path, name, complaint):
    folder = touch(tmp_path / "in", "a.jpg", "b.jpg")
    touch(tmp_path, "out.jpg")
    (folder / "t.csv").write_text(f"photo,category\na.jpg,Hat\nb.jpg,Hat\n{name},Bag\n")

    with pytest.raises(BadData, match=rf"row 4 of .*shop\.zip/t\.csv .*{complaint}"):
        read_shop_photos(packed(tmp_path, folder))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [(b"PK\5\6", "is no whole ZIP"), (b"no archive at all", "is no whole ZIP")],
)
def test_a_zip_that_is_none_is_refused(tmp_path, data, complaint):
    (tmp_path / "shop.zip").write_bytes(data)

    with pytest.raises(BadData, match=complaint):
        read_shop_photos(tmp_path / "shop.zip")


def test_a_table_that_is_none_is_said_to_be_what_it_is(tmp_path):
    (tmp_path / "stock.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

    with pytest.raises(BadData, match="an Excel workbook of the old kind"):
        read_shop_photos(tmp_path / "stock.xlsx")


def test_a_photo_that_is_damaged_in_the_zip_is_named(tmp_path):
    folder = touch(tmp_path / "in", "hats/a.jpg", "hats/b.jpg", "bags/c.jpg", "bags/d.jpg")
    path = packed(tmp_path, folder)
    path.write_bytes(path.read_bytes().replace(b"bags/d.jpgbags/d.jpg", b"bags/d.jpgBAGS/d.jpg"))

    photos = read_shop_photos(path)

    with pytest.raises(OSError, match="damaged in the ZIP"):
        photos[1].path.read_bytes()
