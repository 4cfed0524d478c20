"""A shop's own photos are found in folders or a CSV, and gaps are named."""

import pytest

from training.errors import BadData
from training.shop_photos import read_shop_photos


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not decoded here")
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
        ("photo,category\nx.jpg,Hat\n", "row 2 of .* names a photo that is not there"),
        ("photo,category\na.jpg,\n", "row 2 of .* names no category"),
        ("photo,colour\na.jpg,red\n", "lacks a column named category or label"),
        ("", "lacks a column named photo or image or file"),
    ],
)
def test_a_csv_that_makes_no_sense_is_refused(tmp_path, text, complaint):
    touch(tmp_path, "a.jpg")
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")

    with pytest.raises(BadData, match=complaint):
        read_shop_photos(tmp_path / "t.csv")


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
