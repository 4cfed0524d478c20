import io
import threading

import numpy as np
import pytest
from PIL import Image, ImageCms

from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.photos.photo import open_photo
from tests.pictures import (
    encoded,
    exif_with_orientation,
    good_pictures,
    grey_16,
    heic,
    refused_files,
    scene,
    srgb_profile,
)

MARKED = Image.fromarray(  # a red pixel in the upper left corner of 3 x 2 white ones
    np.array([[[255, 0, 0]] + [[255] * 3] * 2, [[255] * 3] * 3], dtype=np.uint8)
)
SEVERAL = ("animated", "frames")


def pixels_of(data, **options):
    return open_photo(data, **options).pixels


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).max()


@pytest.mark.parametrize("name", good_pictures())
def test_every_kind_is_read_as_colour(name):
    pixels = pixels_of(good_pictures()[name])

    assert sorted(pixels.shape) == [3, 36, 48]
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous


@pytest.mark.parametrize("kind", ["png", "bmp", "webp lossless", "png animated"])
def test_a_lossless_picture_comes_out_as_it_went_in(kind):
    assert (pixels_of(good_pictures()[kind]) == np.asarray(scene())).all()


@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif", "heic", "gif animated", "jpeg cmyk"])
def test_a_lossy_picture_comes_out_nearly_as_it_went_in(kind):
    pixels = pixels_of(good_pictures()[kind])

    assert np.abs(pixels.astype(int) - np.asarray(scene())).mean() < 6


@pytest.mark.parametrize("name", refused_files())
def test_other_files_are_refused_in_one_line_that_says_what_we_read(name):
    with pytest.raises(UnreadablePhoto, match="we read JPEG, PNG, WebP, HEIC") as caught:
        open_photo(refused_files()[name])

    assert "\n" not in str(caught.value)


# Half of an animation's file holds the whole first frame.
@pytest.mark.parametrize("name", [n for n in good_pictures() if n.split()[-1] not in SEVERAL])
def test_a_picture_cut_in_half_is_said_to_be_cut_short(name):
    data = good_pictures()[name]

    with pytest.raises(UnreadablePhoto, match="cut short"):
        open_photo(data[: len(data) // 2])


@pytest.mark.parametrize("save", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "shape", "corner"),
    [
        (1, (2, 3), (0, 0)),
        (2, (2, 3), (0, -1)),
        (3, (2, 3), (-1, -1)),
        (4, (2, 3), (-1, 0)),
        (5, (3, 2), (0, 0)),
        (6, (3, 2), (0, -1)),
        (7, (3, 2), (-1, -1)),
        (8, (3, 2), (-1, 0)),
        (99, (2, 3), (0, 0)),
    ],
)
def test_a_picture_is_turned_upright(save, orientation, shape, corner):
    large = MARKED.resize((96, 64), Image.Resampling.NEAREST)
    data = encoded(large, save, exif=exif_with_orientation(orientation), quality=95)

    pixels = pixels_of(data)

    assert pixels.shape[:2] == (32 * shape[0], 32 * shape[1])
    cells = pixels.reshape(shape[0], 32, shape[1], 32, 3).mean(axis=(1, 3))
    whiteness = cells.min(axis=2)
    assert np.unravel_index(whiteness.argmin(), shape) == tuple(
        at % size for at, size in zip(corner, shape, strict=True)
    )


def test_a_phones_picture_is_turned_upright_once():
    large = MARKED.resize((96, 64), Image.Resampling.NEAREST)

    pixels = pixels_of(heic(large, exif=exif_with_orientation(6).tobytes()))

    assert pixels.shape == (96, 64, 3)
    assert pixels[5, 60, 1] < 100 < pixels[5, 5, 1]


def test_alpha_is_laid_on_white():
    image = Image.new("RGBA", (3, 1))
    image.putdata([(255, 0, 0, 255), (255, 0, 0, 0), (0, 0, 0, 128)])

    pixels = pixels_of(encoded(image, "PNG"))

    assert pixels[0, 0].tolist() == [255, 0, 0]
    assert pixels[0, 1].tolist() == [255, 255, 255]
    assert abs(int(pixels[0, 2, 0]) - 127) <= 1


@pytest.mark.parametrize("mode", ["L", "1", "RGB", "P"])
def test_a_transparent_colour_is_laid_on_white(mode):
    image = Image.new(mode, (2, 1), 0)
    key = (0, 0, 0) if mode == "RGB" else 0

    pixels = pixels_of(encoded(image, "PNG", transparency=key))

    assert (pixels == 255).all()


def test_16_bits_are_scaled_and_not_cut():
    image = grey_16(np.array([[0, 257, 32768, 65535]]))

    pixels = pixels_of(encoded(image, "PNG"))

    assert pixels[0, :, 0].tolist() == [0, 1, 128, 255]


def test_16_bits_with_a_transparent_grey_are_laid_on_white():
    image = grey_16(np.array([[0, 32768]]))

    pixels = pixels_of(encoded(image, "PNG", transparency=0))

    assert pixels[0, :, 0].tolist() == [255, 128]


def test_only_the_first_frame_is_read():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

        assert pixels_of(data)[0, 0, 0] > 200


def test_a_profile_is_converted_to_srgb():
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    swapped = swapped_profile()
    image = Image.new("RGB", (8, 8), (200, 50, 20))

    converted = pixels_of(encoded(image, "PNG", icc_profile=swapped))
    ignored = pixels_of(encoded(image, "PNG", icc_profile=lab_like))

    assert difference(converted[0, 0], np.array([50, 200, 20])) <= 3
    assert ignored[0, 0].tolist() == [200, 50, 20]


def swapped_profile():
    """Give sRGB's profile with the red and green primaries exchanged, under another name."""
    profile = bytearray(srgb_profile())
    red, green = profile.index(b"rXYZ", 128), profile.index(b"gXYZ", 128)
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile).replace(b"s\0R\0G\0B", b"t\0R\0G\0B").replace(b"sRGB", b"tRGB")


def test_a_profile_spares_the_alpha():
    image = Image.new("RGBA", (8, 8), (200, 50, 20, 0))

    pixels = pixels_of(encoded(image, "PNG", icc_profile=swapped_profile()))

    assert (pixels == 255).all()


@pytest.mark.parametrize("profile", [b"x", bytes(200), srgb_profile()[:300]])
def test_a_broken_profile_is_ignored(profile):
    image = Image.new("RGB", (8, 8), (200, 50, 20))

    assert pixels_of(encoded(image, "PNG", icc_profile=profile))[0, 0].tolist() == [200, 50, 20]


def test_too_many_bytes_are_refused_unread():
    data = good_pictures()["bmp"]

    assert open_photo(data, PhotoLimits(max_bytes=len(data)))
    for source in (data, io.BytesIO(data)):
        with pytest.raises(PhotoTooLarge, match=f"at most {len(data) - 1} bytes"):
            open_photo(source, PhotoLimits(max_bytes=len(data) - 1))


@pytest.mark.parametrize("name", good_pictures())
def test_too_many_pixels_are_refused(name):
    data = good_pictures()[name]

    assert open_photo(data, PhotoLimits(max_pixels=48 * 36))
    with pytest.raises(PhotoTooLarge, match="at most 1727 pixels"):
        open_photo(data, PhotoLimits(max_pixels=48 * 36 - 1))


def test_a_stream_is_read_like_bytes():
    data = good_pictures()["png"]

    assert (pixels_of(io.BytesIO(data)) == pixels_of(data)).all()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_comes_back_as_large_as_is_useful(kind):
    data = encoded(scene(1000, 600), kind)

    small, whole = pixels_of(data, useful_side=200), pixels_of(data)

    assert small.shape == (120, 200, 3)
    shrunk = Image.fromarray(whole).resize((200, 120), Image.Resampling.BOX)
    assert np.abs(small.astype(int) - np.asarray(shrunk)).mean() < 2


def test_a_small_picture_is_not_made_larger():
    assert pixels_of(good_pictures()["jpeg"], useful_side=200).shape == (36, 48, 3)


def test_a_large_picture_is_shrunk_whichever_way_it_was_held():
    data = encoded(scene(1000, 600), "JPEG", exif=exif_with_orientation(6))

    assert pixels_of(data, useful_side=200).shape == (200, 120, 3)


def test_threads_read_at_once():
    good, wrong = good_pictures(), []

    def read_all():
        for name, data in good.items():
            if not (pixels_of(data) == expected[name]).all():
                wrong.append(name)

    expected = {name: pixels_of(data) for name, data in good.items()}
    threads = [threading.Thread(target=read_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
