"""What every encoder promises, over all of them."""

import numpy as np
import pytest

from embeddings.reading.encoder import OnnxEncoder
from tests.fakes import MeanColourEncoder, plain_photo
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, make_bundle

COLOURS = [(250, 20, 20), (20, 250, 20), (20, 20, 250), (0, 0, 0), (255, 255, 255)]


@pytest.fixture(params=["mean colour", "onnx grey", "onnx colour"])
def encoder(request, tmp_path):
    if request.param == "mean colour":
        return MeanColourEncoder()
    if request.param == "onnx grey":
        return OnnxEncoder(make_bundle(tmp_path / "grey"), threads=1)
    bundle = make_bundle(tmp_path / "colour", labels=COLOUR_LABELS, spec=COLOUR)
    return OnnxEncoder(bundle, threads=1)


def test_there_is_one_reading_a_photo_in_order(encoder):
    photos = [plain_photo(colour) for colour in COLOURS]

    together = encoder.read(photos)
    apart = [encoder.read([photo])[0] for photo in photos]

    for one, other in zip(together, apart, strict=True):
        np.testing.assert_allclose(one.embedding, other.embedding, atol=1e-5)
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)


def test_an_empty_batch_gives_an_empty_list(encoder):
    assert encoder.read([]) == []


def test_a_large_batch_is_read_whole(encoder):
    photos = [plain_photo(COLOURS[i % 5], side=28) for i in range(150)]

    readings = encoder.read(photos)

    assert len(readings) == 150
    np.testing.assert_allclose(readings[149].embedding, readings[4].embedding, atol=1e-5)


def test_a_reading_has_the_promised_shapes_and_sums(encoder):
    [reading] = encoder.read([plain_photo()])

    for values, size in (
        (reading.logits, len(encoder.labels)),
        (reading.probabilities, len(encoder.labels)),
        (reading.embedding, encoder.dim),
    ):
        assert values.shape == (size,)
        assert values.dtype == np.float32
        assert values.flags.c_contiguous
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(reading.embedding) == pytest.approx(1, abs=1e-6)


def test_the_likeliest_label_is_that_of_the_largest_logit(encoder):
    [reading] = encoder.read([plain_photo()])

    assert reading.probabilities.argmax() == reading.logits.argmax()


def test_photos_of_any_size_are_read(encoder):
    sides = [1, 2, 27, 28, 29, 333]

    assert len(encoder.read([plain_photo(side=side) for side in sides])) == len(sides)


def test_the_same_photo_gives_the_same_reading(encoder):
    first, second = encoder.read([plain_photo(), plain_photo()])

    assert (first.embedding == second.embedding).all()


def test_a_photo_is_not_changed(encoder):
    photo = plain_photo()

    encoder.read([photo])

    assert (photo.pixels == plain_photo().pixels).all()


def test_the_fingerprint_is_a_sha256(encoder):
    assert len(encoder.fingerprint) == 64
    assert int(encoder.fingerprint, 16) >= 0
