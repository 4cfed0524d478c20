"""What every photo store promises, over all of them."""

import hashlib

import numpy as np
import pytest

from embeddings.errors import MissingPhoto
from embeddings.photos.photo import open_photo
from embeddings.photos.store import DiskPhotoStore
from embeddings.types import Photo, StoredFile
from tests.fakes import MemoryPhotoStore, plain_photo

UNKNOWN = "0" * 64


def store_of(kind, folder):
    return DiskPhotoStore(folder) if kind == "disk" else MemoryPhotoStore()


@pytest.fixture(params=["disk", "memory"])
def store(request, tmp_path):
    return store_of(request.param, tmp_path / "photos")


@pytest.fixture(params=["disk", "memory"])
def elsewhere(request, tmp_path):
    return store_of(request.param, tmp_path / "elsewhere")


def spoil(store, digest):
    """Change the bytes of a stored picture behind the store's back."""
    if isinstance(store, MemoryPhotoStore):
        store._files[digest] = StoredFile(b"rust", ".png")
    else:
        [path] = store.root.glob(f"*/{digest}.*")
        path.write_bytes(b"rust")


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


def test_a_file_that_lies_on_this_machine_holds_the_stored_bytes(store):
    digest = store.put(plain_photo())

    path = store.local_path(digest)

    assert path is None or path.read_bytes() == store.read_bytes(digest)


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


ASKING = {
    "read_file": lambda store, digest: store.read_file(digest),
    "read_bytes": lambda store, digest: store.read_bytes(digest),
    "media_type": lambda store, digest: store.media_type(digest),
    "local_path": lambda store, digest: store.local_path(digest),
    "stamp": lambda store, digest: store.stamp(digest),
    "open": lambda store, digest: store.open(digest),
    "verify": lambda store, digest: store.verify(digest),
}


@pytest.mark.parametrize("digest", [UNKNOWN, "", "../../etc/passwd", "0" * 63, "G" * 64])
def test_an_unknown_digest_is_a_missing_photo(store, digest):
    assert digest not in store
    store.remove([digest])
    store.discard([digest])
    for ask in ASKING.values():
        with pytest.raises(MissingPhoto):
            ask(store, digest)


def test_a_picture_goes_from_store_to_store_as_it_is(store, elsewhere):
    for side in (28, 200):
        digest = store.put(plain_photo(side=side))

        assert elsewhere.keep(store.read_file(digest)) == digest
        assert elsewhere.read_bytes(digest) == store.read_bytes(digest)
        assert elsewhere.media_type(digest) == store.media_type(digest)
        assert elsewhere.verify(digest)


def test_a_file_of_another_kind_is_not_kept(store):
    with pytest.raises(ValueError, match=r"got '\.svg'"):
        store.keep(StoredFile(b"<svg/>", ".svg"))

    assert list(store.digests()) == []


def test_a_picture_larger_than_it_keeps_is_shrunk_to_its_longest_side(tmp_path):
    store = DiskPhotoStore(tmp_path, longest_side=100)

    opened = store.open(store.put(plain_photo(side=150)))

    assert opened.pixels.shape == (store.longest_side, store.longest_side, 3)


@pytest.mark.parametrize("ask", ["read_file", "read_bytes", "open"])
def test_a_picture_that_was_changed_is_missing_until_it_is_stored_again(store, ask):
    digest = store.put(plain_photo())
    sound = store.stamp(digest)
    spoil(store, digest)

    assert not store.verify(digest)
    assert store.stamp(digest) != sound
    with pytest.raises(MissingPhoto):
        ASKING[ask](store, digest)
    assert store.put(plain_photo()) == digest
    assert store.verify(digest)


def test_what_is_set_aside_lies_in_the_folder_and_is_no_longer_held(store, tmp_path):
    kept, gone = store.put(plain_photo((1, 1, 1))), store.put(plain_photo((2, 2, 2)))
    data = store.read_bytes(gone)

    store.set_aside([gone, UNKNOWN, "../secret"], tmp_path / "aside")

    assert list(store.digests()) == [kept]
    assert [path.read_bytes() for path in (tmp_path / "aside").iterdir()] == [data]


def test_what_was_set_aside_before_stays(store, tmp_path):
    for damaged in (True, False):
        digest = store.put(plain_photo())
        if damaged:
            spoil(store, digest)
        store.set_aside([digest], tmp_path / "aside")

    found = [path.read_bytes() for path in (tmp_path / "aside").iterdir()]

    assert len(found) == 2
    assert b"rust" in found


def test_what_is_finished_is_never_discarded(store):
    digest = store.put(plain_photo())

    store.discard([*store.unfinished(), digest])

    assert store.verify(digest)
    assert list(store.unfinished()) == []


def test_pictures_may_go_while_they_are_listed(store):
    digests = {store.put(plain_photo((shade, 0, 0))) for shade in range(5)}

    seen = set()
    for digest in store.digests():
        store.remove([digest])
        seen.add(digest)

    assert seen == digests
    assert list(store.digests()) == []
