"""Words are found however they are written, and no sign in them means anything but itself."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.filters import Filters
from catalog.words import fold
from service.finding.browse import products_page
from service.stock.record import ProductRecord, record_batch
from tests.shop import product

ALPHABETS = st.sampled_from(
    [chr(code) for code in range(0x20, 0x2000) if unicodedata.category(chr(code))[0] in "LNPZ"]
    + list("\uac00\ud55c\u304c\u30ac\u0e19\u0e49\ufb01\uff21")
)
TEXTS = st.text(ALPHABETS, max_size=12)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("robe d\u2019été", "ETE"),
        ("ROBE D'E\u0301TE\u0301", "d'été"),
        ("Lange Straße", "STRASSE"),
        ("ÄPFEL grün", "äpfel"),
        ("Летнее ПЛАТЬЕ", "платье"),
        ("Зелёный", "зеленый"),
        ("φόρεμα", "ΦΟΡΕΜΑ"),
        ("ΣΑΚΟΣ", "σάκος"),
        ("Żółta SUKIENKA", "zolta"),
        ("Istanbul", "İSTANBUL"),
        ("\u0131s\u0131", "ISI"),
        ("s\u00f8lv", "SOLV"),
        ("so\u00adft", "soft"),
        ("\uff34-shirt", "t\u2011shirt"),
        ("שָׁלוֹם", "שלום"),
        ("한국어", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_a_word_is_found_however_it_is_written(services, written, asked):
    record_batch([product(services, "A", title=written)], services=services)

    assert products_page(Filters(text=asked), 1, 5, services=services).total == 1


@pytest.mark.parametrize(("written", "asked"), [("か", "が"), ("кит", "кий"), ("กา", "กำ")])
def test_another_letter_is_another_word(services, written, asked):
    record_batch([product(services, "A", title=written)], services=services)

    assert products_page(Filters(text=asked), 1, 5, services=services).total == 0


@pytest.mark.parametrize("asked", ["d-100", "D-100", "\uff24\u2011100"])
def test_a_sku_is_found_in_any_case_and_only_as_a_whole(services, asked):
    record_batch(
        [product(services, "D-100", title="one"), product(services, "D-1000", title="other")],
        services=services,
    )

    found = products_page(Filters(text=asked), 1, 5, services=services)

    assert [each.sku for each in found.products] == ["D-100"]


@given(TEXTS)
def test_every_writing_of_a_text_folds_alike_and_only_once(text):
    folded = fold(text)

    assert fold(folded) == folded
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, text)) == folded
    assert fold(text.upper()) == fold(text.lower()) == folded


def test_a_title_that_is_changed_is_found_by_its_new_words_alone(services):
    record_batch([product(services, "A", title="Été bleu")], services=services)

    record_batch([ProductRecord("A", facts={"title": "Hiver ROUGE"})], services=services)

    assert products_page(Filters(text="ete"), 1, 5, services=services).total == 0
    assert products_page(Filters(text="rouge"), 1, 5, services=services).total == 1
