"""Training sees a photo exactly as serving frames it."""

import numpy as np
import pytest
from PIL import Image

from embeddings.datasets.clothing_photos import CATEGORIES, ClothingPhoto
from embeddings.errors import UnreadablePhoto
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from training.data.framed import photo_spec
from training.data.photo_data import frame_all, framed, open_album
from training.progress import no_progress

SPEC = photo_spec(32, 24)


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    made = []
    for number, split in enumerate(["train", "test", "validation"]):
        path = tmp_path / f"{number}.jpg"
        Image.fromarray(rng.integers(0, 256, (64, 48, 3), dtype=np.uint8)).save(path)
        made.append(ClothingPhoto(str(number), path, CATEGORIES[number], "7", False, split))
    return made


def test_pictures_are_framed_as_in_serving_and_in_order(photos):
    album = open_album(photos)

    shown = frame_all(album.paths, SPEC, lambda done, total, text: None)

    for photo, picture in zip(photos, shown, strict=True):
        served = frame(open_photo(photo.path.read_bytes()), SPEC)
        np.testing.assert_array_equal(picture, served)


def test_an_album_knows_labels_and_the_published_test_set(photos):
    album = open_album(photos)

    assert album.labels.tolist() == [0, 1, 2]
    assert album.is_test.tolist() == [False, True, False]


def test_a_file_that_is_no_picture_is_told(photos, tmp_path):
    photos[1].path.write_bytes(b"not a picture")

    with pytest.raises(UnreadablePhoto):
        frame_all(open_album(photos).paths, SPEC, lambda done, total, text: None)


def test_more_pictures_than_wait_ahead_come_in_order_and_are_counted(photos):
    paths, told = [photo.path for photo in photos] * 60, []

    pictures = list(framed(paths, SPEC, lambda *step: told.append(step)))

    exact = [frame(open_photo(photo.path.read_bytes()), SPEC) for photo in photos]
    for number, picture in enumerate(pictures):
        np.testing.assert_array_equal(picture, exact[number % 3])
    assert len(pictures) == 180
    assert told[-1] == (180, 180, "reading")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_pictures_are_read_ahead_of_whoever_asks_but_not_all(photos, tmp_path):
    gone = tmp_path / "gone.jpg"  # would be missed by whoever reads it
    paths = [photos[0].path] * 200 + [gone]

    pictures = framed(paths, SPEC, no_progress)
    next(pictures)
    gone.write_bytes(photos[0].path.read_bytes())

    assert sum(1 for _ in pictures) == 200


def test_no_pictures_are_none(photos):
    assert frame_all([], SPEC, no_progress).shape == (0, SPEC.height, SPEC.width, 3)
