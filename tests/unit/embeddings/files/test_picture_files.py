"""Pictures are told by their bytes, whatever their files are called."""

import pytest

from embeddings.files.picture_files import is_named_as_picture, stem_of, why_no_picture
from tests.pictures import encoded, heic, scene


def picture(kind):
    return heic(scene()) if kind == "HEIC" else encoded(scene(), kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF", "HEIC"])
@pytest.mark.parametrize("name", ["photo", "a.jpg_large", "a.dat", "a.tif", "a.jpeg.1"])
def test_a_picture_is_one_under_any_name(kind, name):
    assert why_no_picture(name, lambda: picture(kind)[:512]) is None


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"II*\0rest", "a TIFF picture"),
        (b"BMW prices of this year, as text", "not a picture in a format that we know"),
        (b"PK\3\4", "a ZIP archive"),
        (b"hello", "not a picture in a format that we know"),
    ],
)
def test_what_is_no_picture_is_said_to_be_something_else(data, what):
    assert why_no_picture("notes.txt", lambda: data) == what


def test_a_file_named_as_a_picture_is_not_opened_to_be_listed():
    def opened():
        raise AssertionError("it was opened")

    for ending in ("jpg", "JPEG", "jfif", "HIF", "heics", "pjpeg", "png ", "avifs"):
        assert is_named_as_picture(f"a.{ending}")
        assert why_no_picture(f"a.{ending}", opened) is None


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("D-100.jpg", "D-100"),
        ("my.jpg.PNG", "my.jpg"),
        ("1.5 cm.jpeg", "1.5 cm"),
        ("b.jpg_large", "b"),
        ("c.JPG ", "c"),
        ("d.jpg~orig", "d"),
        ("e.jpeg.1", "e"),
        ("f.jpg_1024x1024", "f"),
        ("k.jpg!d", "k"),
        ("DSC001.HIF", "DSC001"),
        ("IMG_1.HEICS", "IMG_1"),
        ("photo", "photo"),
        ("V 1.5", "V 1.5"),
        ("a.jpgs", "a"),
        ("a.dat", "a"),
    ],
)
def test_a_name_without_its_ending_is_what_a_person_would_call_it(file, stem):
    assert stem_of(file) == stem
