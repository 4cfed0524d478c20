"""Previews, and how small pictures are best shown."""

import io

import numpy as np
import pytest
from PIL import Image

from embeddings.errors import MissingPhoto
from embeddings.photos.store import DiskPhotoStore
from embeddings.types import Photo, StoredFile
from service.web.pages.previews import LONGEST_SIDE, Previews
from tests.fakes import MemoryPhotoStore, plain_photo


@pytest.fixture
def store():
    return MemoryPhotoStore()


def test_a_small_picture_is_given_as_it_is(store):
    digest = store.put(plain_photo(side=28))

    data, media_type = Previews(store).preview(digest)

    assert data == store.read_bytes(digest)
    assert media_type == "image/png"


def test_a_large_picture_is_shrunk_and_keeps_its_shape(store):
    digest = store.put(Photo(np.full((600, 1200, 3), 90, dtype=np.uint8)))

    data, media_type = Previews(store).preview(digest)

    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (LONGEST_SIDE, LONGEST_SIDE // 2)
        assert (image.format, media_type) == ("JPEG", "image/jpeg")


def test_a_picture_that_is_not_there_has_no_preview(store):
    with pytest.raises(MissingPhoto):
        Previews(store).preview("0" * 64)


def garment_on(ground, side=28):
    pixels = np.full((side, side, 3), ground, dtype=np.uint8)
    pixels[8:20, 8:20] = 255 - ground
    return Photo(pixels)


def test_a_grey_negative_is_shown_turned_back(store):
    look = Previews(store).look(store.put(garment_on(0)))

    assert look.classes == "small negative"


def test_a_small_picture_on_white_is_only_kept_crisp(store):
    look = Previews(store).look(store.put(garment_on(255)))

    assert look.classes == "small"


def test_a_small_picture_in_colour_is_no_negative(store):
    photo = garment_on(0)
    photo.pixels[10, 10] = (200, 10, 10)

    look = Previews(store).look(store.put(photo))

    assert look.classes == "small"


def test_a_large_picture_is_shown_as_it_is(store):
    look = Previews(store).look(store.put(garment_on(0, side=400)))

    assert look.classes == ""


def test_bytes_that_are_no_picture_though_they_are_what_was_stored_are_a_missing_one(tmp_path):
    store = DiskPhotoStore(tmp_path)
    digest = store.keep(StoredFile(b"no picture", ".png"))

    for ask in (Previews(store).look, Previews(store).preview):
        with pytest.raises(MissingPhoto):
            ask(digest)
