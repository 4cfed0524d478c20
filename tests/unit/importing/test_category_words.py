"""Words of files for categories: which the shop's they mean, and what is asked."""

import pytest

from catalog.errors import BadSource
from catalog.vocabulary import Meaning, Vocabulary
from service.importing.category_answers import answers_of
from service.importing.category_looks import looks_of
from service.importing.category_questions import new_words, questions
from service.importing.category_words import in_other_words, more_general
from service.importing.surveying import Said

LABELS = ("T-Shirt", "Trousers", "Shorts", "Sandals", "Kurta", "Watch", "Scarf", "Dress", "Hat")


def asked(*words, seen=None, meanings=()):
    known = Vocabulary(LABELS, meanings)
    new = new_words({word: Said(9) for word in words}, known)
    return {each.word: each for each in questions(new, known, seen or {})}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Hosen", "Trousers"),
        ("Pants", "Trousers"),
        ("Kleider", "Dress"),
        ("ROBES", "Dress"),
        ("montre", "Watch"),
        ("Mufflers", "Scarf"),
        ("Écharpes", "Scarf"),
        ("Camisetas", "T-Shirt"),
        ("Jacke", None),
        ("Röcke", None),  # no skirt is known
        ("Sandals", "Sandals"),
    ],
)
def test_a_word_of_another_language_is_found(word, meant):
    assert in_other_words(word, Vocabulary(LABELS)) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Lounge Shorts", "Shorts"), ("Sports Sandal", "Sandals"), ("Bag", None), ("Shorts", None)],
)
def test_a_kind_of_a_category_is_found_by_its_last_word(word, meant):
    assert more_general(word, Vocabulary(LABELS)) == meant


def test_what_is_known_or_was_answered_is_not_asked_again():
    assert asked("watch", "Uhren", meanings=[Meaning("Uhren", "Watch")]) == {}


def test_a_plural_and_another_language_are_likely_and_a_slip_is_not():
    found = asked("Watches", "Hosen", "Drees", "Lounge Shorts", "Perfume")

    said = {word: (each.meant, each.is_likely) for word, each in found.items()}
    assert said == {
        "Watches": ("Watch", True),
        "Hosen": ("Trousers", True),
        "Drees": ("Dress", False),
        "Lounge Shorts": ("Shorts", False),
        "Perfume": (None, False),
    }
    assert list(found)[-1] == "Perfume"  # what means nothing that is known comes last


LARGE = ("Outwear", "Underwear", "Kurta", "Hat", "Jewellery")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Jackets", "Outwear"),
        ("Briefs", "Underwear"),
        ("Kurtis", "Kurta"),
        ("MÄNTEL", "Outwear"),
        ("Earring", "Jewellery"),
        ("Caps", "Hat"),
    ],
)
def test_what_is_always_one_of_a_kind_joins_it_unless_somebody_says_otherwise(word, meant):
    [asked_of] = questions({word: Said(9)}, Vocabulary(LARGE), {})

    assert (asked_of.meant, asked_of.is_likely) == (meant, True)


def test_pictures_of_another_kind_leave_it_to_who_imports():
    seen = {"Jackets": ["Underwear"] * 4}

    [asked_of] = questions({"Jackets": Said(9)}, Vocabulary(LARGE), seen)

    assert (asked_of.meant, asked_of.is_likely) == ("Outwear", False)


def test_a_shop_that_knows_the_finer_kind_is_not_asked():
    known = Vocabulary((*LARGE, "Jacket"))

    [asked_of] = questions({"Jackets": Said(9)}, known, {})

    assert asked_of.meant == "Jacket"
    assert questions({"Coat": Said(9)}, Vocabulary(("Hat",)), {})[0].meant is None


def test_pictures_that_agree_make_a_guess_likely_and_alone_make_none():
    seen = {"Lounge Shorts": ["Shorts"] * 3, "Caftan": ["Kurta", "", "Kurta", "Kurta", "Dress"]}

    found = asked("Lounge Shorts", "Caftan", seen=seen)

    assert (found["Lounge Shorts"].meant, found["Lounge Shorts"].is_likely) == ("Shorts", True)
    assert (found["Caftan"].meant, found["Caftan"].is_likely) == ("Kurta", False)
    looks = found["Caftan"].looks
    assert (looks.label, looks.pictures, looks.of) == ("Kurta", 3, 4)


@pytest.mark.parametrize("seen", [["Hat", "Hat"], ["Hat", "Dress", "Watch", "Hat"], ["", "", ""]])
def test_few_pictures_or_different_ones_say_nothing(seen):
    looks = looks_of(seen)

    assert looks is None or not looks.agrees
    assert asked("Perfume", seen={"Perfume": seen})["Perfume"].meant is None


def test_of_two_new_words_that_are_one_the_second_is_asked_about():
    found = asked("Bags", "Bag")

    assert (found["Bags"].meant, found["Bag"].meant) == (None, "Bags")


def test_answers_lead_to_the_last_of_what_they_lead_to():
    said = ["Bag=Bags", "Bags=Handbag", "A=B=C", "Own=Own"]

    assert answers_of(said) == {"Bag": "Handbag", "Bags": "Handbag", "A=B": "C", "Own": "Own"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Watches", "said as 'Word=Category', got 'Watches'"),
        ("=Watch", "the category is empty"),
        ("Watches=", "the category is empty"),
        ("Watches=" + "w" * 65, "at most 64 characters"),
    ],
)
def test_what_is_no_answer_says_why(said, told):
    with pytest.raises(BadSource, match=told):
        answers_of([said])
