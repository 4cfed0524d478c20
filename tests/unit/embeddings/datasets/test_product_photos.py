"""The product photos are read in both forms, and no shoot is on both sides."""

import pytest

from embeddings.datasets.product_photos import default_folder, load_product_photos
from embeddings.errors import DatasetUnavailable
from tests.pictures import encoded, scene


@pytest.fixture
def collection(tmp_path):
    """A folder with 30 pictures of ten shoots."""
    images = tmp_path / "images"
    images.mkdir()
    names = [str(1000 + 100 * shoot + place) for shoot in range(10) for place in range(3)]
    for name in names:
        (images / f"{name}.jpg").write_bytes(encoded(scene(8, 8), "JPEG"))
    return tmp_path, names


def test_the_public_form_is_parted_by_shoots(collection):
    folder, names = collection
    rows = "".join(f"{name},Men,Shirts,Navy Blue\n" for name in names)
    (folder / "styles.csv").write_text("id,gender,articleType,baseColour\n" + rows)

    photos = load_product_photos(folder)

    assert [photo.name for photo in photos] == names
    assert photos[0].article_type == "Shirts"
    assert photos[0].base_colour == "Navy Blue"
    sides = {photo.shoot: photo.split for photo in photos}
    assert all(sides[photo.shoot] == photo.split for photo in photos)
    assert set(sides.values()) == {"train", "validation"}


def test_a_split_that_is_named_is_kept_and_a_row_without_a_picture_left_out(collection):
    folder, names = collection
    (folder / "products.csv").write_text(
        "image,article_type,base_colour,gender,season,usage,split\n"
        f"{names[0]},Heels,Red,Women,Fall,Casual,validation\n"
        "999999,Heels,Red,Women,Fall,Casual,train\n"
    )

    photos = load_product_photos(folder)

    assert [(photo.name, photo.split) for photo in photos] == [(names[0], "validation")]


def test_a_missing_column_and_a_missing_folder_are_named(collection, tmp_path):
    folder, _ = collection
    (folder / "styles.csv").write_text("id,gender\n1000,Men\n")

    with pytest.raises(DatasetUnavailable, match="articleType, baseColour"):
        load_product_photos(folder)
    with pytest.raises(DatasetUnavailable, match="LOOKALIKE_PRODUCT_PHOTOS"):
        load_product_photos(tmp_path / "nowhere")


def test_its_folder_may_be_named():
    assert default_folder({"LOOKALIKE_PRODUCT_PHOTOS": "/some/place"}).as_posix() == "/some/place"
