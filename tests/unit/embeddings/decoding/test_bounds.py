"""What a picture may cost is known before it is decoded; small files of great cost are refused."""

import struct

import numpy as np
import pytest
from PIL import Image

from embeddings.decoding.containers import MAX_PACKED_BMP_BYTES
from embeddings.decoding.cropping import WHOLE, Box
from embeddings.decoding.decode import Wish, decode, look_at
from embeddings.decoding.facts import NeedsThoroughLook
from embeddings.decoding.jpeg import MAX_SCANS, MAX_SEGMENTS
from embeddings.decoding.png import MAX_CHUNKS
from embeddings.decoding.pool import decode_elsewhere
from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.limits import DEFAULT_LIMITS, PhotoLimits
from embeddings.photos.photo import open_photo
from tests.malformed import PNG, png
from tests.pictures import encoded, exif_with_orientation, good_pictures, scene

MB = 1024 * 1024


def with_scans(count, size=(48, 36), mode="L"):
    """Make a progressive JPEG of so many scans, the last of which is repeated."""
    data = encoded(scene(*size).convert(mode), "JPEG", progressive=True)
    first, last = data.index(b"\xff\xda"), data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * (count - data.count(b"\xff\xda", first)) + b"\xff\xd9"


def resized(jpeg, width, height, frame=b"\xff\xc2"):
    """Let a JPEG's header tell another size."""
    at = jpeg.index(frame) + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def behind_start(data, extra):
    return data[:2] + extra + data[2:]


def test_a_progressive_jpeg_has_as_many_scans_as_it_needs():
    assert open_photo(with_scans(MAX_SCANS)).pixels.shape == (36, 48, 3)


def test_a_jpeg_of_too_many_scans_is_refused():
    with pytest.raises(UnreadablePhoto, match=f"at most {MAX_SCANS} scans"):
        open_photo(with_scans(MAX_SCANS + 1))


@pytest.mark.parametrize("scans", [25, 60])
def test_the_scans_of_a_large_jpeg_are_fewer(scans):
    with pytest.raises(UnreadablePhoto, match="7000 x 7000 pixels too often"):
        open_photo(resized(with_scans(scans), 7000, 7000))


def test_scans_of_a_sequential_jpeg_count_too():
    data = encoded(scene(), "JPEG")
    at = data.index(b"\xff\xda")
    # The first scan alone has one component, so the decoder expects others.
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + data[at + 14 : -2]

    with pytest.raises(UnreadablePhoto, match=f"at most {MAX_SCANS} scans"):
        open_photo(data[:at] + scan * (MAX_SCANS + 1) + b"\xff\xd9")


def test_a_second_picture_behind_a_jpeg_counts_for_nothing():
    data = encoded(scene(), "JPEG", progressive=True)

    assert (open_photo(data + with_scans(500)).pixels == open_photo(data).pixels).all()


def test_many_segments_are_passed_over_and_too_many_refused():
    data, segment = good_pictures()["jpeg"], b"\xff\xe5\0\4ab"

    few = open_photo(behind_start(data, segment * (MAX_SEGMENTS - 50)))

    assert (few.pixels == open_photo(data).pixels).all()
    with pytest.raises(UnreadablePhoto, match=f"at most {MAX_SEGMENTS} segments"):
        open_photo(behind_start(data, segment * MAX_SEGMENTS))


@pytest.mark.parametrize("name", ["jpeg", "jpeg progressive"])
def test_fill_bytes_before_a_marker_are_passed_over(name):
    data = good_pictures()[name]

    filled = open_photo(behind_start(data, b"\xff" * MB))

    assert (filled.pixels == open_photo(data).pixels).all()


def test_fill_bytes_in_the_data_are_passed_over():
    data = good_pictures()["jpeg"]

    filled = open_photo(data[:-2] + b"\xff" * MB + b"\xd9")

    assert (filled.pixels == open_photo(data).pixels).all()


def test_too_many_chunks_of_a_png_are_refused():
    data = good_pictures()["png"]
    extra = png((b"tEXt", b"a\0b"))[len(PNG) :] * MAX_CHUNKS

    with pytest.raises(UnreadablePhoto, match=f"at most {MAX_CHUNKS} chunks"):
        open_photo(data[:33] + extra + data[33:])


def test_comments_of_a_gif_are_passed_over():
    data = good_pictures()["gif"]
    at = 13 + 3 * (2 << (data[10] & 7))
    comment = b"!\xfe" + b"\1x" * MB + b"\0"

    assert (open_photo(data[:at] + comment + data[at:]).pixels == open_photo(data).pixels).all()


def test_a_large_packed_bitmap_is_refused():
    packed = b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 100, 100, 1, 8, 1)

    with pytest.raises(UnreadablePhoto, match="packed BMP"):
        open_photo(packed + bytes(MAX_PACKED_BMP_BYTES))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("WEBP", {"lossless": True, "quality": 0, "method": 0}),
        ("PNG", {}),
        ("AVIF", {"speed": 10}),
    ],
)
def test_a_picture_that_takes_more_memory_than_there_is_is_refused(kind, options):
    data = encoded(Image.new("RGB", (1700, 1600)), kind, **options)
    limits = PhotoLimits(max_memory_bytes=30 * MB)

    with pytest.raises(PhotoTooLarge, match=r"1700 x 1600 takes .* a picture may take 30 MB"):
        open_photo(data, limits)


def test_a_large_baseline_jpeg_is_cheap_when_it_may_be_smaller():
    data = encoded(Image.new("RGB", (4000, 3000)), "JPEG")

    pixels = open_photo(data, PhotoLimits(max_memory_bytes=0), useful_side=500).pixels

    assert pixels.shape == (375, 500, 3)


@pytest.mark.parametrize("size", [(65535, 65535), (65535, 763), (7072, 7072)])
@pytest.mark.parametrize("name", ["jpeg", "jpeg progressive"])
def test_a_size_above_the_limit_is_refused_whatever_the_file_holds(size, name):
    frame = b"\xff\xc2" if name.endswith("progressive") else b"\xff\xc0"

    with pytest.raises(UnreadablePhoto, match=f"{size[0]} x {size[1]}"):
        open_photo(resized(good_pictures()[name], size[0], size[1], frame))


@pytest.mark.parametrize("name", good_pictures())
def test_a_picture_comes_out_the_same_here_and_in_another_process(name):
    data = good_pictures()[name]

    elsewhere = decode_elsewhere(data, DEFAULT_LIMITS)

    assert (open_photo(data).pixels == elsewhere).all()
    assert (decode(look_at(data, DEFAULT_LIMITS, thorough=True), Wish()) == elsewhere).all()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_a_picture_worked_through_in_bands_is_the_whole_one(kind, mode):
    if (kind == "JPEG" and mode in ("RGBA", "P")) or (kind == "AVIF" and mode == "P"):
        return
    image = scene(1301, 907)
    if mode == "RGBA":
        image.putalpha(image.convert("L"))
    data = encoded(image.convert(mode), kind)
    whole = open_photo(data).pixels

    small = open_photo(data, useful_side=300).pixels

    assert small.shape == (209, 300, 3)
    shrunk = Image.fromarray(whole).resize((300, 209), Image.Resampling.BOX)
    assert np.abs(small.astype(int) - np.asarray(shrunk)).mean() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "AVIF"])
def test_a_part_of_a_picture_is_that_of_the_upright_one(orientation, kind):
    image = scene(640, 480)
    data = encoded(image, kind, exif=exif_with_orientation(orientation), quality=95)
    whole = open_photo(data).pixels
    box = Box(0.25, 0.5, 0.5, 0.25)
    left, top, right, bottom = box.within((whole.shape[1], whole.shape[0]))

    part = open_photo(data, box=box).pixels

    assert (part == whole[top:bottom, left:right]).all()


def test_a_part_of_a_picture_is_as_large_as_is_useful():
    data = encoded(scene(2000, 1000), "JPEG")

    part = open_photo(data, useful_side=200, box=Box(0.5, 0, 0.25, 0.5)).pixels

    assert part.shape == (200, 200, 3)


def test_the_whole_is_a_part():
    data = good_pictures()["jpeg"]

    assert (open_photo(data, box=WHOLE).pixels == open_photo(data).pixels).all()


@pytest.mark.parametrize("name", ["avif", "heic"])
def test_what_large_libraries_read_never_runs_here(name):
    with pytest.raises(NeedsThoroughLook):
        look_at(good_pictures()[name], DEFAULT_LIMITS, thorough=False)
