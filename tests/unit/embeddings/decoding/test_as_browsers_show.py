"""Pictures come out as web browsers show them, whatever their files say beside the picture."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from embeddings.errors import UnreadablePhoto
from embeddings.photos.photo import open_photo
from tests.malformed import PNG, png
from tests.pictures import encoded, exif_with_orientation, good_pictures, heic, scene, srgb_profile

PATCH = (180, 60, 60)
LINEAR = (116, 12, 12)  # the same colour in linear light
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def chunks_of(data):
    """Take a PNG apart into (kind, content, check sum)."""
    at = len(PNG)
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        yield kind, content, data[at + 8 + size : at + 12 + size]
        at += 12 + size


def with_chunk(kind, content, data=None, spoilt=False):
    """Put a chunk behind a PNG's header, with a wrong check sum if it is to be `spoilt`."""
    data = data or encoded(scene(), "PNG")
    (extra,) = (png((kind, content))[len(PNG) :],)
    if spoilt:
        extra = extra[:-1] + bytes([extra[-1] ^ 1])
    return data[:33] + extra + data[33:]


def patch(colour, kind="PNG", **options):
    return encoded(Image.new("RGB", (16, 16), colour), kind, **options)


def middle(data):
    pixels = open_photo(data).pixels
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2].tolist()


def near(colour, tolerance=4):
    return pytest.approx(colour, abs=tolerance)


ANCILLARY = {
    b"tEXt": b"Title\0Dress",
    b"zTXt": b"Title\0\0" + zlib.compress(b"Dress"),
    b"iTXt": b"Title\0\0\0\0\0Dress",
    b"tIME": b"\7\xea\1\1\1\1\1",
    b"pHYs": struct.pack(">IIB", 3000, 3000, 1),
    b"gAMA": struct.pack(">I", 100_000),
    b"cHRM": struct.pack(">8I", *[30_000] * 8),
    b"sRGB": b"\0",
    b"iCCP": b"x\0\0" + zlib.compress(bytes(200)),
    b"eXIf": exif_with_orientation(6).tobytes(),
    b"tRNS": b"\0\0\0\0\0\0",
    b"bKGD": bytes(6),
    b"sBIT": b"\5\5\5",
    b"hIST": bytes(4),
    b"cICP": b"\x09\x10\0\1",
    b"acTL": bytes(8),
    b"abCd": b"whatever",
}


@pytest.mark.parametrize("kind", ANCILLARY, ids=bytes.decode)
def test_a_wrong_check_sum_of_metadata_condemns_no_picture(kind):
    data = with_chunk(kind, ANCILLARY[kind], spoilt=True)

    assert (open_photo(data).pixels == np.asarray(scene())).all()


@pytest.mark.parametrize("kind", ANCILLARY, ids=bytes.decode)
@pytest.mark.parametrize("length", [0, 1, 3])
def test_metadata_that_is_too_short_condemns_no_picture(kind, length):
    data = with_chunk(kind, bytes(length))

    assert (open_photo(data).pixels == np.asarray(scene())).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_a_transparency_of_no_length_that_fits_is_ignored(mode):
    plain = encoded(scene().convert(mode), "PNG")
    at = plain.index(b"IDAT") - 4

    spoilt = plain[:at] + png((b"tRNS", bytes(999)))[len(PNG) :] + plain[at:]

    assert (open_photo(spoilt).pixels == open_photo(plain).pixels).all()


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"], ids=bytes.decode)
def test_much_packed_metadata_condemns_no_picture(kind):
    packed = zlib.compress(bytes(8_000_000), 9)
    start = {b"zTXt": b"a\0\0", b"iTXt": b"XML:com.adobe.xmp\0\1\0\0\0", b"iCCP": b"a\0\0"}[kind]

    data = with_chunk(kind, start + packed)

    assert len(data) < 20_000
    assert (open_photo(data).pixels == np.asarray(scene())).all()


def test_many_texts_condemn_no_picture():
    texts = png(*[(b"tEXt", b"note\0" + bytes(500))] * 3000)[len(PNG) :]
    data = encoded(scene(), "PNG")

    assert (open_photo(data[:33] + texts + data[33:]).pixels == np.asarray(scene())).all()


@pytest.mark.parametrize("lost", [1, 4, 11, 12, 14, 16])
def test_a_png_without_its_end_is_shown(lost):
    data = encoded(scene(), "PNG")[:-lost]

    assert (open_photo(data).pixels == np.asarray(scene())).all()


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize(
    "name", ["jpeg", "jpeg grey", "jpeg progressive", "jpeg cmyk", "jpeg with exif"]
)
def test_a_jpeg_without_its_end_marker_is_shown(name, lost):
    data = good_pictures()[name]

    assert (open_photo(data[:-lost]).pixels == open_photo(data).pixels).all()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
def test_a_jpeg_whose_last_rows_are_missing_is_cut_short(progressive, share):
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), "JPEG", progressive=progressive)

    with pytest.raises(UnreadablePhoto, match="cut short"):
        open_photo(data[: int(len(data) * share)])


def test_a_gif_without_its_trailer_is_shown():
    data = good_pictures()["gif"]

    assert (open_photo(data[:-1]).pixels == open_photo(data).pixels).all()


def test_a_webp_without_its_last_padding_is_shown():
    odd = next(
        data
        for width in range(40, 60)
        if (data := encoded(scene(width), "WEBP", lossless=True))[16] % 2
    )

    assert (open_photo(odd[:-1]).pixels == open_photo(odd).pixels).all()
    with pytest.raises(UnreadablePhoto, match="cut short"):
        open_photo(odd[:-2])


@pytest.mark.parametrize(
    ("gamma", "stored"),
    [(100_000, LINEAR), (55_556, (165, 46, 46)), (45_455, PATCH), (45_000, PATCH)],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_pngs_gamma_is_heeded(gamma, stored, mode):
    image = Image.new("RGB", (16, 16), stored)
    image = image.convert(mode, palette=Image.Palette.ADAPTIVE)

    data = with_chunk(b"gAMA", struct.pack(">I", gamma), encoded(image, "PNG"))

    assert middle(data) == near(PATCH)


def test_a_grey_pngs_gamma_is_heeded():
    data = encoded(Image.new("L", (16, 16), 116), "PNG")

    assert middle(with_chunk(b"gAMA", struct.pack(">I", 100_000), data)) == near((180,) * 3)


@pytest.mark.parametrize("gamma", [0, 1, 2**31, 2**32 - 1])
def test_a_gamma_that_makes_no_sense_is_ignored(gamma):
    assert middle(with_chunk(b"gAMA", struct.pack(">I", gamma), patch(PATCH))) == near(PATCH, 0)


def test_a_png_that_says_srgb_needs_no_gamma():
    data = with_chunk(b"gAMA", struct.pack(">I", 100_000), patch(PATCH))

    assert middle(with_chunk(b"sRGB", b"\0", data)) == near(PATCH, 0)


def test_a_profile_goes_before_a_gamma():
    data = patch(PATCH, icc_profile=srgb_profile())

    assert middle(with_chunk(b"gAMA", struct.pack(">I", 100_000), data)) == near(PATCH, 0)


def test_chromaticities_beside_a_gamma_are_heeded():
    p3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
    linear = with_chunk(b"gAMA", struct.pack(">I", 100_000), patch(LINEAR))
    usual = with_chunk(b"gAMA", struct.pack(">I", 45_455), patch(PATCH))

    chromaticities = struct.pack(">8I", *p3)

    assert middle(with_chunk(b"cHRM", chromaticities, linear)) == near((196, 47, 55), 5)
    assert middle(with_chunk(b"cHRM", chromaticities, usual)) == near((197, 43, 51), 2)


def test_srgbs_own_chromaticities_change_nothing():
    rounded = (31300, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    data = with_chunk(b"gAMA", struct.pack(">I", 45_455), patch(PATCH))

    assert middle(with_chunk(b"cHRM", struct.pack(">8I", *rounded), data)) == near(PATCH, 0)


@pytest.mark.parametrize(
    ("points", "stored", "shown"),
    [
        (b"\1\x0d\0\1", PATCH, PATCH),
        (b"\x0c\x0d\0\1", PATCH, (196, 47, 55)),  # Display P3
        (b"\1\x08\0\1", LINEAR, PATCH),
    ],
)
def test_a_pngs_coding_points_are_heeded_before_all_else(points, stored, shown):
    data = with_chunk(b"sRGB", b"\0", patch(stored))

    assert middle(with_chunk(b"cICP", points, data)) == near(shown)


def linear_profile(name):
    """Give a linear profile with sRGB's primaries, called as its maker likes."""
    profile = bytearray(srgb_profile())
    count = struct.unpack_from(">I", profile, 128)[0]
    for at in range(132, 132 + 12 * count, 12):
        kind, place, _ = struct.unpack_from(">4sII", profile, at)
        if kind in (b"rTRC", b"gTRC", b"bTRC"):
            profile[place : place + 12] = b"curv\0\0\0\0\0\0\0\0"  # no points: linear
        if kind == b"desc":
            record = struct.unpack_from(">II", profile, place + 20)
            text = name.encode("utf-16-be")[: record[0]].ljust(record[0], b"\0")
            profile[place + record[1] : place + record[1] + record[0]] = text
    return bytes(profile)


@pytest.mark.parametrize("name", ["sRGB linear", "Linear sRGB", "x"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_profile_is_judged_by_what_it_does_and_not_by_its_name(name, kind):
    options = {} if kind == "PNG" else {"quality": 95}

    data = patch(LINEAR, kind, icc_profile=linear_profile(name), **options)

    assert middle(data) == near(PATCH, 6)


@pytest.mark.parametrize(
    ("primaries", "transfer", "stored", "shown"),
    [
        (1, 13, PATCH, PATCH),
        (2, 2, PATCH, PATCH),
        (12, 13, PATCH, (196, 47, 55)),  # Display P3
        (9, 16, (120, 90, 90), (187, 71, 84)),  # BT.2020, PQ: 203 cd/m2 is white
        (1, 8, LINEAR, PATCH),
    ],
)
@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_coding_points_of_a_phones_picture_are_heeded(primaries, transfer, stored, shown, kind):
    image = Image.new("RGB", (64, 64), stored)
    data = (
        avif_of(image, primaries, transfer)
        if kind == "avif"
        else heic_of(image, primaries, transfer)
    )

    assert middle(data) == near(shown, 6)


def heic_of(image, primaries, transfer):
    file = io.BytesIO()
    picture = pillow_heif.from_pillow(image)
    picture.info["nclx_profile"] = {
        "color_primaries": primaries,
        "transfer_characteristics": transfer,
        "matrix_coefficients": 6,
        "full_range_flag": 1,
    }
    picture.save(file, quality=95, chroma=444, save_nclx_profile=True)
    return file.getvalue()


def avif_of(image, primaries, transfer):
    data = encoded(image, "AVIF", quality=95, subsampling="4:4:4")
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_xmp_alone_turns_no_picture(kind):
    options = {"xmp": XMP} if kind != "PNG" else {}
    data = encoded(scene(), kind, **options)
    if kind == "PNG":
        data = with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP, data)

    assert open_photo(data).pixels.shape == (36, 48, 3)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_exif_is_heeded_beside_xmp_of_another_opinion(kind):
    data = encoded(scene(), kind, xmp=XMP.replace(b'"6"', b'"3"'), exif=exif_with_orientation(6))

    assert open_photo(data).pixels.shape == (48, 36, 3)


def test_exif_behind_the_picture_turns_a_png():
    data = encoded(scene(), "PNG")
    exif = exif_with_orientation(6).tobytes().removeprefix(b"Exif\0\0")

    turned = data[:-12] + png((b"eXIf", exif))[len(PNG) :] + data[-12:]

    assert open_photo(turned).pixels.shape == (48, 36, 3)


def test_a_heic_is_turned_by_itself_and_not_by_xmp():
    unturned = XMP.replace(b"Orientation", b"Orientatiox")  # the encoder would turn it

    data = heic(scene(), xmp=unturned).replace(unturned, XMP)

    assert XMP in data
    assert open_photo(data).pixels.shape == (36, 48, 3)


@pytest.mark.parametrize("size", [(3000, 2), (2, 3000), (5000, 1), (1, 5000), (1, 1), (2600, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("side", [512, 1280])
def test_a_strip_is_read(size, kind, side):
    data = encoded(Image.new("RGB", size, PATCH), kind)

    pixels = open_photo(data, useful_side=side).pixels

    assert max(pixels.shape[:2]) == min(side, max(size))
    assert min(pixels.shape[:2]) >= 1
    assert pixels.reshape(-1, 3).mean(axis=0).tolist() == near(PATCH, 8)


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\r\n", b"\n", b"\xef\xbb\xbf\n", b"   "])
@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp", "bmp", "heic", "avif"])
def test_what_a_script_puts_before_a_picture_is_passed_over(lead, name):
    data = good_pictures()[name]

    assert (open_photo(lead + data).pixels == open_photo(data).pixels).all()
