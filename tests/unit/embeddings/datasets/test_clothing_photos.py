"""The clothing photos are read in both forms, and nothing odd goes unsaid."""

import csv
from pathlib import Path

import pytest

from embeddings.datasets.clothing_photos import (
    CATEGORIES,
    FOLDER_SETTING,
    SUBSET,
    TO_FASHION_MNIST,
    TO_SUBSET,
    UNDECIDED,
    default_folder,
    garments,
    load_clothing_photos,
    published_test_names,
)
from embeddings.datasets.fashion_mnist import LABELS as FASHION_MNIST
from embeddings.errors import DatasetUnavailable

ROWS = [
    {"image": "a1", "label": "T-Shirt", "sender_id": "7", "kids": "True", "split": "train"},
    {"image": "b2", "label": "Not sure", "sender_id": "7", "kids": "False", "split": "train"},
    {"image": "c3", "label": "Hat", "sender_id": "9", "kids": "False", "split": "test"},
]


def write(folder, rows, name="photos.csv"):
    (folder / "images").mkdir(exist_ok=True)
    for row in rows:
        (folder / "images" / f"{row['image']}.jpg").write_bytes(b"not decoded here")
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_each_row_becomes_a_photo_in_the_tables_order(tmp_path):
    write(tmp_path, ROWS)

    photos = load_clothing_photos(tmp_path)

    assert [(p.name, p.label, p.sender, p.kids, p.split) for p in photos] == [
        ("a1", "T-Shirt", "7", True, "train"),
        ("b2", "Not sure", "7", False, "train"),
        ("c3", "Hat", "9", False, "test"),
    ]
    assert all(photo.path.is_file() for photo in photos)


def test_the_public_table_gets_its_test_set_from_the_published_names(tmp_path):
    known = min(published_test_names())
    rows = [
        {"image": known, "sender_id": "1", "label": "Pants", "kids": "False"},
        {"image": "other", "sender_id": "1", "label": "Pants", "kids": "False"},
    ]
    write(tmp_path, rows, "images.csv")

    photos = load_clothing_photos(tmp_path)

    assert [photo.split for photo in photos] == ["test", "train"]


def test_only_photos_that_somebody_could_name_are_garments(tmp_path):
    write(tmp_path, ROWS)

    kept = garments(load_clothing_photos(tmp_path))

    assert [photo.name for photo in kept] == ["a1", "c3"]


def test_the_setting_names_the_folder():
    folder = default_folder({FOLDER_SETTING: "/data/photos"})

    assert folder == Path("/data/photos")


def test_an_absent_data_set_says_how_to_get_it(tmp_path):
    with pytest.raises(DatasetUnavailable, match="lookalike-train fetch clothing-photos"):
        load_clothing_photos(tmp_path)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"label": "Sock"}, "'Sock', which is no known label"),
        ({"split": "holdout"}, "'holdout', which is no known split"),
        ({"image": "../a1"}, "is not there"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(tmp_path, change, complaint):
    write(tmp_path, [{**ROWS[0], **change}])

    with pytest.raises(DatasetUnavailable, match=complaint):
        load_clothing_photos(tmp_path)


def test_a_photo_that_is_not_there_is_refused(tmp_path):
    write(tmp_path, ROWS)
    (tmp_path / "images" / "b2.jpg").unlink()

    with pytest.raises(DatasetUnavailable, match="names b2"):
        load_clothing_photos(tmp_path)


def test_a_table_without_senders_is_refused(tmp_path):
    write(tmp_path, [{"image": "a1", "label": "Hat", "kids": "False"}])

    with pytest.raises(DatasetUnavailable, match="lacks the columns sender_id"):
        load_clothing_photos(tmp_path)


def test_the_mappings_lead_from_categories_to_existing_labels():
    assert set(TO_SUBSET) == set(CATEGORIES) - {"Body"}
    assert set(TO_SUBSET.values()) == set(SUBSET)
    assert set(TO_FASHION_MNIST) <= set(CATEGORIES)
    assert {label for names in TO_FASHION_MNIST.values() for label in names} <= set(FASHION_MNIST)
    assert not set(CATEGORIES) & set(UNDECIDED)


def test_the_published_test_set_has_372_photos():
    assert len(published_test_names()) == 372
