"""Names that a person cannot tell apart are one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.files.names import clean, fault_of, fitting, key

INVISIBLE = [
    *("\u200b", "\ufeff", "\u200e", "\u200f", "\u00ad", "\u2060", "\u2061", "\u200c", "\u200d"),
    *("\u034f", "\u061c", "\u180e", "\u3164", "\U000e0020"),
]
SPACES = [" ", "\u00a0", "\u202f", "\u2007", "\u2009", "\u3000", "\u205f"]


@pytest.mark.parametrize("invisible", INVISIBLE)
@pytest.mark.parametrize("shape", ["{}D-100", "D{}-100", "D-100{}"])
def test_what_no_screen_shows_is_no_part_of_a_name(invisible, shape):
    assert clean(shape.format(invisible)) == "D-100"


@pytest.mark.parametrize("space", SPACES)
def test_every_space_is_a_space_and_none_counts_at_an_end(space):
    assert clean(f"{space}Größe{space}40{space}\t") == "Größe 40"


@pytest.mark.parametrize("name", ["Größe-40", "Röcke", "żółta", "Ångström", "が", "한국"])
def test_composed_and_decomposed_are_one_name(name):
    apart = unicodedata.normalize("NFD", name)

    assert apart != name
    assert clean(apart) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hosen", "Hosen "),
        ("RÖCKE", unicodedata.normalize("NFD", "röcke")),
        ("ПЛАТЬЕ", "платье"),
        ("ΦΌΡΕΜΑΣ", "φόρεμας"),
        ("STRASSE", "Straße"),
        ("D\u2011100", "d-100"),
        ("İstanbul", "i\u0307stanbul"),
    ],
)
def test_names_of_one_look_in_any_case_share_a_key(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ete", "été"), ("D-100", "D100"), ("A 1", "A1"), ("a\u2013b", "a-b")]
)
def test_names_that_look_different_do_not(one, other):
    assert key(one) != key(other)


def test_a_joiner_stays_where_it_changes_what_is_drawn():
    hindi, family = "क्\u200cष", "👩\u200d👧"

    assert (clean(hindi), clean(family)) == (hindi, family)
    assert key(hindi) == key(hindi.replace("\u200c", ""))


@pytest.mark.parametrize("turn", ["\u202e", "\u2066", "\x07", "\u2028", "\x85"])
def test_what_could_show_a_name_as_another_is_refused_not_hidden(turn):
    name = clean(f"D-1{turn}00")

    assert f"U+{ord(turn):04X}" in (fault_of("sku", name, 64) or "")


def test_a_name_has_a_greatest_length_and_whole_characters():
    assert fault_of("category", "a" * 65, 64) == (
        "the category has at most 64 characters, this one has 65"
    )
    assert "UTF-8" in (fault_of("category", "caf\udce9", 64) or "")
    assert fault_of("category", "Röcke & mehr", 64) is None


def test_a_name_that_is_there_fits_before_those_that_are_alike():
    names = ["D-100.JPG", "d-100.jpg", "D-101.jpg"]

    assert fitting("d-100.jpg", names) == ["d-100.jpg"]
    assert fitting("d-100.Jpg", names) == ["D-100.JPG", "d-100.jpg"]
    assert fitting("d-101.JPG", names) == ["D-101.jpg"]
    assert fitting("d-102.jpg", names) == []


@given(st.text())
def test_cleaning_and_keys_are_settled_after_once(name):
    assert clean(clean(name)) == clean(name)
    assert key(key(name)) == key(name)
    assert key(clean(name)) == key(name)
    assert key(unicodedata.normalize("NFD", name)) == key(name)
