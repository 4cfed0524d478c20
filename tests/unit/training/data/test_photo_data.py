"""Training sees a photo exactly as serving frames it."""

import numpy as np
import pytest
from PIL import Image

from embeddings.datasets.clothing_photos import CATEGORIES, ClothingPhoto
from embeddings.errors import UnreadablePhoto
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from training.data.framed import photo_spec
from training.data.photo_data import frame_all, open_album

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

    framed = frame_all(album.paths, SPEC, lambda done, total, text: None)

    for photo, picture in zip(photos, framed, strict=True):
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
