import os
import threading
import time

import numpy as np
import pytest

from embeddings.errors import MissingPhoto
from embeddings.photos.photo import open_photo
from embeddings.photos.store import DiskPhotoStore
from embeddings.types import Photo
from tests.fakes import image_bytes, plain_photo
from tests.pictures import encoded, exif_with_orientation, scene


@pytest.fixture
def store(tmp_path):
    return DiskPhotoStore(tmp_path / "photos", longest_side=400)


def files(store):
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def test_pictures_lie_in_folders_of_their_digests_beginning(store):
    digest = store.put(plain_photo())

    assert files(store) == [store.root / digest[:2] / f"{digest}.png"]


def test_a_small_grey_picture_is_stored_as_grey(store):
    digest = store.put(plain_photo((90, 90, 90), side=28))

    assert store.read_bytes(digest)[25] == 0  # a PNG's colour type: grey


def test_a_large_picture_is_limited_to_the_longest_side(store):
    digest = store.put(Photo(np.asarray(scene(1000, 500))))

    assert store.open(digest).pixels.shape == (200, 400, 3)
    assert store.media_type(digest) == "image/jpeg"


def test_metadata_is_not_stored(store):
    data = encoded(scene(200, 200), "JPEG", exif=exif_with_orientation(1), comment=b"a secret")

    stored = store.read_bytes(store.put(open_photo(data)))

    assert b"secret" in data
    assert b"secret" not in stored
    assert b"Exif" not in stored


def test_verify_tells_whole_pictures_from_changed_ones(store):
    digest = store.put(plain_photo())
    assert store.verify(digest)
    [path] = files(store)

    path.write_bytes(path.read_bytes() + b"x")

    assert not store.verify(digest)
    with pytest.raises(MissingPhoto):
        store.verify("0" * 64)


def test_a_file_left_empty_by_a_power_cut_is_written_again(store):
    digest = store.put(plain_photo())
    files(store)[0].write_bytes(b"")

    store.put(plain_photo())

    assert store.verify(digest)


DAMAGES = {
    "emptied": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "zeroed": lambda data: bytes(len(data)),
    "one bit": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "no picture": lambda data: b"\xff\xd8\xff",
    "another picture": lambda data: image_bytes(plain_photo((1, 2, 3), 300), "JPEG"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_picture_counts_as_missing_until_it_is_stored_again(store, damage):
    digest = store.put(plain_photo(side=300))
    [path] = files(store)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))

    for ask in (store.open, store.read_bytes, store.read_file):
        with pytest.raises(MissingPhoto):
            ask(digest)
    assert store.put(plain_photo(side=300)) == digest
    assert store.verify(digest)


def test_what_a_killed_process_left_is_no_picture(store):
    digest = store.put(plain_photo())
    (store.root / digest[:2] / f"{digest}.png.123.tmp").write_bytes(b"half")
    (store.root / "notes.txt").write_text("hello")

    assert list(store.digests()) == [digest]


def test_removing_a_picture_removes_the_preview_that_an_earlier_version_kept(store):
    digest = store.put(plain_photo(side=300))
    preview = store.root / "preview-160" / digest[:2] / f"{digest}.jpg"
    preview.parent.mkdir(parents=True)
    preview.write_bytes(b"small")

    assert list(store.digests()) == [digest]
    store.remove([digest])

    assert files(store) == []


def test_only_what_nobody_will_finish_is_discarded(store, tmp_path):
    digest = store.put(plain_photo())
    begun = store.root / digest[:2] / f"{digest}.png.123.tmp"
    begun.write_bytes(b"half")
    outside = tmp_path / "other.tmp"
    outside.write_bytes(b"not ours")
    old = time.time() - 7200
    assert list(store.unfinished()) == []  # somebody may be writing it
    os.utime(begun, (old, old))

    store.discard([*store.unfinished(), str(outside), str(store.root / "../other.tmp")])

    assert not begun.exists()
    assert outside.exists()


@pytest.mark.parametrize("digest", ["../../../etc/passwd", "a/b", "0" * 64 + "\n", "A" * 64])
def test_a_digest_cannot_lead_out_of_the_folder(store, digest):
    (store.root.parent / "secret.png").write_bytes(b"secret")

    for ask in (store.read_bytes, store.media_type, store.open, store.verify):
        with pytest.raises(MissingPhoto, match="64 hexadecimal digits"):
            ask(digest)
    store.remove([digest, "../secret"])
    assert (store.root.parent / "secret.png").exists()


def test_an_empty_store_lists_nothing(store):
    assert list(store.digests()) == []


def test_threads_that_store_the_same_pictures_keep_one_of_each(store):
    photos = [plain_photo((shade, 0, 0), side=20) for shade in range(20)]

    threads = [
        threading.Thread(target=lambda: [store.put(photo) for photo in photos]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(files(store)) == len(set(store.digests())) == 20
    assert all(store.verify(digest) for digest in store.digests())
