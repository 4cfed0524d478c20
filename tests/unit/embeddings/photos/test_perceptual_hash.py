import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from embeddings.photos.perceptual_hash import (
    HASH_BITS,
    bits_apart,
    colours_apart,
    hash_bytes,
    hash_of,
    is_present,
    mirrored,
    perceptual_hash,
)
from tests.fakes import plain_photo
from tests.patterns import garment, image_of, pattern, photo_of

FEW, MANY = 14, 80  # bits


def recompressed(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file)


def apart(one, other, part="whole"):
    return bits_apart(getattr(perceptual_hash(one), part), getattr(perceptual_hash(other), part))


@pytest.mark.parametrize(
    "change",
    [
        recompressed,
        lambda image: image.resize((61, 67)),
        lambda image: image.resize((300, 300)),
        lambda image: ImageEnhance.Brightness(image).enhance(0.7),
        lambda image: ImageEnhance.Color(image).enhance(0.5),
    ],
)
def test_a_picture_that_was_saved_anew_keeps_its_hash(change):
    picture = pattern(1, tint=(0.9, 0.8, 0.6))

    changed = photo_of(change(image_of(picture)))

    assert apart(picture, changed) <= FEW


def test_two_pictures_have_hashes_far_apart():
    distances = [apart(pattern(one), pattern(other)) for one in range(6) for other in range(one)]

    assert min(distances) > MANY


def test_a_mirrored_picture_is_known_by_the_mirrored_hash():
    picture = pattern(1)
    turned = photo_of(ImageOps.mirror(image_of(picture)))

    bits = bits_apart(mirrored(perceptual_hash(picture).whole), perceptual_hash(turned).whole)

    assert bits <= FEW
    assert apart(picture, turned) > MANY


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_a_border_changes_nothing_within_the_margins(colour):
    picture = garment(1)

    framed = photo_of(ImageOps.expand(image_of(picture), 9, colour))

    assert apart(picture, framed, "within") <= FEW


def test_the_margins_of_a_picture_that_fills_its_frame_are_left_alone():
    picture = pattern(3)

    found = perceptual_hash(picture)

    assert bits_apart(found.whole, found.within) <= FEW


def test_a_plain_picture_is_known_by_nothing_and_says_so():
    plain = hash_bytes(plain_photo(side=50))

    assert perceptual_hash(plain_photo(side=50)) is None
    assert is_present(plain)
    assert hash_of(plain) is None


def test_a_hash_comes_back_from_its_bytes():
    found = perceptual_hash(pattern(1))

    again = hash_of(found.to_bytes())

    assert bits_apart(found.whole, again.whole) == bits_apart(found.within, again.within) == 0
    assert np.array_equal(found.colours, again.colours)


@pytest.mark.parametrize("damaged", [None, b"", b"\x07", b"\x01rest", b"\x02" + bytes(112)])
def test_bytes_that_are_no_hash_are_none(damaged):
    assert hash_of(damaged) is None


def test_another_colour_is_far_away_and_another_brightness_is_not():
    red, blue = pattern(1, tint=(1, 0.3, 0.3)), pattern(1, tint=(0.3, 0.3, 1))
    dim = photo_of(ImageEnhance.Brightness(image_of(red)).enhance(0.6))
    grids = [perceptual_hash(each).colours for each in (red, blue, dim)]

    assert colours_apart(grids[0], grids[1]) > 24 > colours_apart(grids[0], grids[2])


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (3, 2), (2000, 37)])
def test_a_picture_of_any_shape_has_a_hash_or_is_plain(size):
    noise = np.random.default_rng(5).integers(0, 256, (*size, 3), dtype=np.uint8)

    data = hash_bytes(photo_of(Image.fromarray(noise)))

    assert is_present(data)
    assert hash_of(data) is None or len(hash_of(data).whole) * 8 == HASH_BITS
