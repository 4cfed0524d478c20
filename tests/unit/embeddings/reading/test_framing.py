import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from embeddings.decoding.cropping import Box, crop
from embeddings.errors import BadBundle
from embeddings.model.bundle import InputSpec
from embeddings.reading.framing import frame
from embeddings.reading.studio_grey import sharpen
from embeddings.types import Photo
from tests.fakes import plain_photo
from tests.pictures import scene
from tests.tiny_bundle import COLOUR, GREY


def shirt(background, colour=(40, 60, 120), size=(300, 400), box=(90, 80, 209, 319)):
    """Make a photo of a rectangle on a background: 120 wide, 240 high, unless told otherwise."""
    image = Image.new("RGB", size, background) if isinstance(background, tuple) else background
    ImageDraw.Draw(image).rectangle(box, fill=colour)
    return Photo(np.asarray(image))


def sloping_light(size=(300, 400)):
    """Make a wall that grows darker to the right and downwards, with a little noise."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    light = 230 - 60 * x / size[0] - 30 * y / size[1]
    noise = np.random.default_rng(0).normal(0, 3, light.shape)
    return Image.fromarray(np.repeat((light + noise)[..., None], 3, axis=2).astype(np.uint8))


def extent(framed):
    """Give (height, width) of what is not background, and how far it is off the centre."""
    rows, columns = np.nonzero(framed[:, :, 0] > 20)
    off = (rows.min() + rows.max() - 27, columns.min() + columns.max() - 27)
    return (np.ptp(rows) + 1, np.ptp(columns) + 1), off


@given(st.binary(min_size=784, max_size=784))
@settings(max_examples=50, deadline=None)
def test_a_picture_in_the_data_sets_form_passes_bit_for_bit(data):
    grey = np.frombuffer(data, dtype=np.uint8).reshape(28, 28, 1)

    framed = frame(Photo(np.repeat(grey, 3, axis=2)), GREY)

    assert (framed == grey).all()
    assert framed.flags.c_contiguous


def test_a_coloured_picture_of_that_size_is_framed_like_any_other():
    photo = shirt((255, 255, 255), size=(28, 28), box=(8, 4, 19, 23))

    framed = frame(photo, GREY)

    assert framed[0, 0, 0] == 0
    assert framed[14, 14, 0] > 100


@pytest.mark.parametrize(
    "background",
    [(255, 255, 255), (235, 235, 235), (200, 180, 150), (250, 200, 210), sloping_light()],
    ids=["white", "studio grey", "cardboard", "pink", "a wall in sloping light"],
)
def test_a_garment_is_cut_trimmed_and_centred_on_black(background):
    framed = frame(shirt(background), GREY)

    (height, width), off = extent(framed)
    assert framed.shape == (28, 28, 1)
    assert height == 28
    assert abs(width - 14) <= 2
    assert max(map(abs, off)) <= 2
    assert (framed[:, :4] == 0).all()
    assert (framed[:, -4:] == 0).all()


def test_a_wide_garment_fills_the_width():
    framed = frame(shirt((255, 255, 255), box=(20, 150, 279, 279)), GREY)

    (height, width), off = extent(framed)
    assert (height, width) == (14, 28)
    assert max(map(abs, off)) <= 1


def test_a_white_garment_keeps_its_inside_on_a_darker_ground():
    framed = frame(shirt((120, 110, 100), colour=(250, 250, 250)), GREY)

    # White turns black when negated, as in the data set: what counts is that nothing is left
    # of the ground around it.
    assert framed[:, :5].max() == 0
    assert framed[10:18, 12:16].max() < 20


def test_a_light_print_within_a_garment_stays():
    image = Image.new("RGB", (300, 400), "white")
    photo = shirt(image)
    ImageDraw.Draw(image).rectangle((130, 180, 169, 219), fill="white")
    with_print = Photo(np.asarray(image))

    plain, printed = frame(photo, GREY), frame(with_print, GREY)

    assert extent(plain) == extent(printed)
    assert printed[14, 14, 0] < plain[14, 14, 0] - 100


def test_dust_does_not_move_the_garment():
    image = Image.new("RGB", (300, 400), "white")
    clean = frame(shirt(image), GREY)
    ImageDraw.Draw(image).ellipse((10, 380, 14, 384), fill="black")

    dusty = frame(Photo(np.asarray(image)), GREY)

    assert np.abs(dusty.astype(int) - clean).mean() < 2


def test_a_photo_without_a_plain_background_is_kept_whole():
    noise = np.random.default_rng(0).integers(0, 256, (12, 9, 3), dtype=np.uint8)
    clutter = Image.fromarray(noise).resize((300, 400), Image.Resampling.BICUBIC)

    framed = frame(shirt(clutter, colour=(0, 0, 0)), GREY)

    assert extent(framed)[0] == (28, 21)
    assert framed[14, 14, 0] == 255


def test_a_garment_over_the_edge_is_still_cut_out():
    photo = shirt((230, 225, 220), box=(90, 200, 209, 399))

    framed = frame(photo, GREY)

    assert (framed[:, :4] == 0).all()
    assert framed[27, 14, 0] > 100


def test_dark_garments_come_out_light():
    black = frame(shirt((255, 255, 255), colour=(0, 0, 0)), GREY)
    pale = frame(shirt((255, 255, 255), colour=(180, 180, 180)), GREY)

    assert black[14, 14, 0] == 255
    assert pale[14, 14, 0] == pytest.approx(75, abs=2)


def test_a_photo_of_one_colour_is_kept_whole():
    framed = frame(plain_photo((200, 30, 30), side=100), GREY)

    assert framed.min() > 100


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 7), (27, 28), (2000, 30)])
def test_photos_of_odd_shapes_are_framed(size):
    width, height = size
    photo = Photo(np.asarray(scene(width, height)))

    for spec in (GREY, COLOUR):
        framed = frame(photo, spec)
        assert framed.shape == (spec.height, spec.width, spec.channels)
        assert framed.dtype == np.uint8
        assert framed.flags.c_contiguous


def test_sharpening_leaves_flat_parts_and_steepens_edges():
    picture = np.full((9, 9), 255, dtype=np.float32)
    picture[:, 4:] = 155

    sharp = sharpen(picture)

    assert sharp[4, 1] == pytest.approx(255)
    assert sharp[4, 6] == pytest.approx(155, abs=1e-3)
    assert sharp[4, 4] < 155
    assert (picture[:, 4:] == 155).all()


def test_sharpening_undoes_some_of_a_blur():
    image = Image.new("L", (28, 28), 255)
    ImageDraw.Draw(image).rectangle((9, 9, 18, 18), fill=90)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)

    def error(picture):
        return np.abs(picture - np.asarray(image)).mean()

    assert error(sharpen(blurred)) < 0.8 * error(blurred)


def test_a_whole_photo_is_fitted_on_white():
    framed = frame(Photo(np.zeros((100, 50, 3), dtype=np.uint8)), COLOUR)

    assert framed.shape == (32, 32, 3)
    assert (framed[:, 8:24] == 0).all()
    assert (framed[:, :8] == 255).all()
    assert (framed[:, 24:] == 255).all()


def test_a_photo_of_the_right_size_passes_through_colour_framing():
    photo = Photo(np.asarray(scene(32, 32)))

    assert (frame(photo, COLOUR) == photo.pixels).all()


def test_framing_does_not_change_a_photo():
    photo = shirt((240, 240, 240))
    before = photo.pixels.copy()

    frame(photo, GREY)
    frame(photo, COLOUR)

    assert (photo.pixels == before).all()


@pytest.mark.parametrize("spec", [InputSpec(28, 28, 1, "x"), InputSpec(28, 28, 3, "studio-grey")])
def test_an_unknown_framing_or_channel_count_is_a_bad_bundle(spec):
    with pytest.raises(BadBundle, match="framing"):
        frame(plain_photo(), spec)


def test_a_box_is_cut_out():
    photo = Photo(np.asarray(scene(40, 20)))

    part = crop(photo, Box(0.25, 0.5, 0.5, 0.25))

    assert (part.pixels == photo.pixels[10:15, 10:30]).all()
    assert part.pixels.flags.c_contiguous


def test_the_whole_box_is_the_whole_photo():
    photo = Photo(np.asarray(scene(40, 20)))

    assert (crop(photo, Box(0, 0, 1, 1)).pixels == photo.pixels).all()


@given(st.tuples(*[st.floats(0, 0.5)] * 2), st.tuples(*[st.floats(1e-9, 0.5)] * 2))
@settings(max_examples=100, deadline=None)
def test_a_box_leaves_at_least_one_pixel(corner, size):
    part = crop(plain_photo(side=7), Box(*corner, *size))

    height, width, _ = part.pixels.shape
    assert 1 <= height <= 7
    assert 1 <= width <= 7


@pytest.mark.parametrize(
    "sides",
    [
        (-0.1, 0, 1, 1),
        (0, 0, 0, 1),
        (0.5, 0, 0.6, 1),
        (0, 0.5, 1, 0.6),
        (0, 0, 2, 1),
        (float("nan"), 0, 1, 1),
        (0, 0, float("inf"), 1),
    ],
)
def test_a_box_outside_a_photo_is_refused(sides):
    with pytest.raises(ValueError, match="a box"):
        Box(*sides)
