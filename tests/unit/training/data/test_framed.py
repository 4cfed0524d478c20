"""Photos to train on are framed as for serving, whatever their size, and bad ones are named."""

import numpy as np
import pytest
from PIL import Image

from embeddings.model.bundle import InputSpec
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from training.data.framed import frame_photos
from training.errors import BadData
from training.progress import no_progress

SPEC = InputSpec(height=28, width=28, channels=3, framing="square-colour")


@pytest.fixture
def paths(tmp_path):
    made = []
    for number, size in enumerate([(60, 40), (33, 90), (28, 28)]):
        made.append(tmp_path / f"{number}.png")
        Image.new("RGB", size, (10 * number, 90, 200)).save(made[-1])
    return made


def test_each_photo_is_framed_as_the_service_frames_it(paths, tmp_path):
    framed = frame_photos(paths, SPEC, tmp_path / "framed", no_progress)

    for number, path in enumerate(paths):
        served = frame(open_photo(path.read_bytes()), SPEC)
        np.testing.assert_array_equal(framed.exact[number], served)


def test_views_are_cut_from_a_larger_picture(paths, tmp_path):
    framed = frame_photos(paths, SPEC, tmp_path / "framed", no_progress)

    assert framed.exact.shape == (3, 28, 28, 3)
    assert framed.roomy.shape == (3, 32, 32, 3)


def test_every_unreadable_photo_is_named_at_once(paths, tmp_path):
    bad = [tmp_path / f"bad{number}.jpg" for number in range(7)]
    for path in bad:
        path.write_bytes(b"nothing")

    with pytest.raises(BadData, match=r"bad0\.jpg.*bad4\.jpg.*and 2 more"):
        frame_photos([*paths, *bad], SPEC, tmp_path / "framed", no_progress)
