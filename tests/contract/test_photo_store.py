"""What every photo store promises, over all of them."""

import hashlib

import numpy as np
import pytest

from embeddings.errors import MissingPhoto
from embeddings.photo import open_photo
from embeddings.store import DiskPhotoStore
from embeddings.types import Photo
from tests.fakes import MemoryPhotoStore, plain_photo

UNKNOWN = "0" * 64


@pytest.fixture(params=["disk", "memory"])
def store(request, tmp_path):
    return DiskPhotoStore(tmp_path / "photos") if request.param == "disk" else MemoryPhotoStore()


def test_a_small_picture_comes_back_bit_for_bit(store):
    noise = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)

    digest = store.put(Photo(noise))

    assert (store.open(digest).pixels == noise).all()


def test_a_small_grey_picture_comes_back_bit_for_bit(store):
    grey = np.random.default_rng(0).integers(0, 256, (28, 28, 1), dtype=np.uint8)
    photo = Photo(np.repeat(grey, 3, axis=2))

    digest = store.put(photo)

    assert (store.open(digest).pixels == photo.pixels).all()


def test_a_large_picture_keeps_its_size_and_looks(store):
    photo = plain_photo((200, 30, 30), side=300)

    opened = store.open(store.put(photo))

    assert opened.pixels.shape == (300, 300, 3)
    assert np.abs(opened.pixels.astype(int) - photo.pixels).max() <= 4


@pytest.mark.parametrize("side", [28, 64, 65, 300, 1500])
def test_what_was_prepared_is_what_comes_back(store, side):
    noise = np.random.default_rng(side).integers(0, 256, (side, side // 2, 3), dtype=np.uint8)

    prepared = store.prepare(Photo(noise))
    digest = store.put(prepared)

    assert (store.open(digest).pixels == prepared.pixels).all()
    assert store.read_bytes(digest) == prepared.file.data
    assert store.put(Photo(noise)) == digest


def test_the_digest_is_that_of_the_stored_bytes(store):
    digest = store.put(plain_photo())

    assert hashlib.sha256(store.read_bytes(digest)).hexdigest() == digest


def test_the_stored_bytes_are_a_picture_of_their_media_type(store):
    for side in (28, 200):
        digest = store.put(plain_photo(side=side))

        assert open_photo(store.read_bytes(digest)).pixels.shape == (side, side, 3)
        assert store.media_type(digest) in ("image/png", "image/jpeg", "image/webp")


def test_storing_one_picture_twice_keeps_one(store):
    first, second = store.put(plain_photo()), store.put(plain_photo())

    assert first == second
    assert list(store.digests()) == [first]


def test_what_is_stored_is_listed_and_held(store):
    digests = {store.put(plain_photo((shade, 0, 0))) for shade in range(5)}

    assert set(store.digests()) == digests
    assert all(digest in store for digest in digests)
    assert UNKNOWN not in store


def test_what_is_removed_is_gone(store):
    kept, gone = store.put(plain_photo((1, 1, 1))), store.put(plain_photo((2, 2, 2)))

    store.remove([gone, UNKNOWN])

    assert list(store.digests()) == [kept]
    assert gone not in store


@pytest.mark.parametrize("digest", [UNKNOWN, "", "../../etc/passwd", "0" * 63, "G" * 64])
def test_an_unknown_digest_is_a_missing_photo(store, digest):
    assert digest not in store
    for ask in (store.read_bytes, store.media_type, store.open):
        with pytest.raises(MissingPhoto):
            ask(digest)
