import numpy as np
import pytest

from embeddings.errors import UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.photos.photo import open_photo
from tests.malformed import malformed_pictures

LIMITS = PhotoLimits(max_bytes=5_000_000, max_pixels=1_000_000)


def outcome(data):
    """Open a file and say what came of it; anything but a photo and our error goes through."""
    try:
        return open_photo(data, LIMITS)
    except UnreadablePhoto as error:
        return str(error)


@pytest.mark.parametrize("seed", range(5))
def test_each_malformed_picture_is_a_photo_or_an_unreadable_one(seed):
    opened = refused = 0
    for name, data in malformed_pictures(600, seed):
        found = outcome(data)

        if isinstance(found, str):
            refused += 1
            assert found.isprintable(), name
            assert 10 < len(found) < 200, name
        else:
            opened += 1
            height, width, channels = found.pixels.shape
            assert height * width <= LIMITS.max_pixels, name
            assert (channels, found.pixels.dtype) == (3, np.uint8), name
    assert opened > 50
    assert refused > 200


def test_the_same_seed_gives_the_same_pictures():
    first, second = list(malformed_pictures(300, 7)), list(malformed_pictures(300, 7))

    assert first == second
    assert len(first) == 300
    assert len({data for _, data in malformed_pictures(300, 8)} - {d for _, d in first}) > 100
