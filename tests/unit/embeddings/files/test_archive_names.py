"""Names in a ZIP are what whoever packed it read, whichever program it was."""

import struct
import unicodedata
import zlib
from zipfile import ZipInfo

import pytest

from embeddings.files.archive_names import names_of

GERMAN = ["Größe 40.jpg", "grün/ÄRMEL.jpg", "Öko/übergroß.png"]
FRENCH = ["été.jpg", "crème brûlée.jpg", "fête/naïve façade.jpg"]
DANISH = ["blåbær/København.jpg", "rød.jpg"]
RUSSIAN = ["платье.jpg", "Юбка красная.jpg", "ШАПКА/мини.jpg", "Дача.jpg"]
POLISH = ["sukienka żółta.jpg", "płaszcz.jpg", "święty/łąka.jpg"]
GREEK = ["φόρεμα.jpg", "παντελόνι/μπλε.jpg"]


def entry(raw, flag=0, extra=b""):
    """An entry as Python reads it from a list of entries."""
    info = ZipInfo()
    info.orig_filename = info.filename = raw.decode("utf-8" if flag else "cp437")
    info.flag_bits, info.extra = flag, extra
    return info


def unicode_path(raw, name, version=1, check=None):
    check = zlib.crc32(raw) if check is None else check
    field = struct.pack("<BL", version, check) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("utf-8", GERMAN + RUSSIAN + ["ワンピース.jpg", "👗.jpg"]),
        ("cp437", GERMAN + FRENCH),
        ("cp850", GERMAN + DANISH),
        ("cp866", RUSSIAN),
        ("cp1252", GERMAN + FRENCH + DANISH),
        ("cp1251", RUSSIAN),
        ("cp852", POLISH),
        ("cp737", GREEK),
    ],
)
def test_names_without_the_flag_are_read_in_the_encoding_that_makes_words(page, names):
    assert names_of([entry(name.encode(page)) for name in names]) == names


@pytest.mark.parametrize("name", [*GERMAN, *FRENCH, *DANISH])
def test_one_western_name_of_a_console_is_enough(name):
    assert names_of([entry(name.encode("cp850"))]) == [name]


@pytest.mark.parametrize("name", ["платье.jpg", "Юбка.jpg", "ШАПКА.jpg", "Ёлка.jpg", "Дача.jpg"])
def test_one_russian_name_of_a_console_is_enough(name):
    assert names_of([entry(name.encode("cp866"))]) == [name]


def test_a_macs_names_come_out_decomposed_as_they_were(tmp_path):
    name = unicodedata.normalize("NFD", "grün/Größe.jpg")

    assert names_of([entry(name.encode())]) == [name]


def test_the_flag_and_plain_letters_say_what_they_are():
    names = names_of([entry("Größe".encode(), flag=0x800), entry(b"plain.jpg")])

    assert names == ["Größe", "plain.jpg"]


def test_a_unicode_path_of_this_very_name_goes_before_the_name():
    raw = b"Gr__e.jpg"
    stamp = struct.pack("<HHBL", 0x5455, 5, 1, 0)  # another field, before it

    assert names_of([entry(raw, extra=stamp + unicode_path(raw, "Größe.jpg"))]) == ["Größe.jpg"]


@pytest.mark.parametrize(
    "extra",
    [
        unicode_path(b"Gr__e.jpg", "Größe.jpg", check=0),
        unicode_path(b"Gr__e.jpg", "Größe.jpg", version=2),
        unicode_path(b"Gr__e.jpg", "Größe.jpg")[:-3],
        struct.pack("<HHBL", 0x7075, 6, 1, zlib.crc32(b"Gr__e.jpg")) + b"\xff",
        b"up",
    ],
)
def test_a_unicode_path_of_another_name_or_a_torn_one_is_let_be(extra):
    assert names_of([entry(b"Gr__e.jpg", extra=extra)]) == ["Gr__e.jpg"]


def test_every_byte_has_some_name():
    raw = bytes(range(128, 256))

    [name] = names_of([entry(raw)])

    assert len(name) == 128
