"""A supplier's file says what products are, too: it may be wrong, and a person's word is final."""

import csv
import io

import pytest

from catalog.exported import products_by_sku
from catalog.labelling import Speaker, Word, mark_of
from service.duplicates.merging import merge_all
from service.finding.browse import product_by_sku
from service.importing.running import import_source
from service.review.asking import next_question
from service.review.deciding import decide, skip
from service.review.figures import listed
from service.review.looking import look_at_all
from service.review.taking_back import take_back
from service.stock.changing import label_product, take_back_label
from service.stock.exporting import export_catalogue
from service.stock.record import ProductRecord, record_batch
from service.stock.undoing import undo
from tests.shop import product


def reds(services, *words):
    """Bring in products that look alike, of which the model is sure, named by a file or not."""
    items = [
        product(services, f"RED-{n}", (250 - n, 10, 10), category=word)
        for n, word in enumerate(words)
    ]
    record_batch(items, services=services)


def reasons(services):
    look_at_all(services=services)
    return {each.sku: each.reasons for each in listed(100, services=services)}


def held(services, sku):
    found = product_by_sku(sku, services=services)
    return found.human_category, found.labelled_by


def test_a_files_word_that_the_network_doubts_is_asked_about(services, ada):
    reds(services, "green", None)

    assert reasons(services) == {"RED-0": ("network",)}
    question = next_question(by=ada, services=services)
    assert question.files_word == "green"
    assert question.choices[:2] == ("green", "red")  # Enter leaves it as it is


def test_files_are_no_people_to_what_nobody_has_named(services):
    reds(services, "green", "green", None, None)
    by_files = {each.sku: each for each in listed_after_looks(services)}
    assert by_files["RED-2"].reasons == ("files",)

    for sku in ("RED-0", "RED-1"):
        label_product(sku, "green", services=services)  # the same words, and a person's now
    by_people = {each.sku: each for each in listed_after_looks(services)}

    assert by_people.keys() == {"RED-2", "RED-3"}
    assert by_people["RED-2"].reasons == ("neighbours",)
    assert by_people["RED-2"].worth > by_files["RED-2"].worth


def listed_after_looks(services):
    look_at_all(services=services)
    return listed(100, services=services)


def test_a_shops_own_words_are_held_against_each_other_and_not_against_the_networks(services):
    reds(services, "robe", "robe", "robe", "gloves", None)

    assert reasons(services) == {"RED-3": ("files",)}


def test_what_people_call_the_like_counts_against_a_file(services):
    reds(services, "robe", "robe", None, None)
    for sku in ("RED-2", "RED-3"):
        label_product(sku, "gloves", services=services)

    assert reasons(services) == {"RED-0": ("neighbours",), "RED-1": ("neighbours",)}


def test_to_say_what_the_file_says_makes_it_a_persons_word_and_it_is_asked_no_more(services, ada):
    reds(services, "green", None)
    look_at_all(services=services)
    question = next_question(by=ada, services=services)

    decide("RED-0", "green", question.seen, by=ada, services=services)

    assert held(services, "RED-0") == ("green", "person")
    assert "RED-0" not in reasons(services)
    again = record_batch([ProductRecord("RED-0", word=Word("blue"))], services=services)
    assert again.kept == ("RED-0",)
    assert "a person said 'green'" in again.notes[0][1]
    take_back(by=ada, services=services)
    assert held(services, "RED-0") == ("green", "file")
    assert next_question(by=ada, services=services).product.sku == "RED-0"


def test_a_skip_of_a_files_word_is_taken_back(services, ada):
    reds(services, "green", None)
    look_at_all(services=services)
    skip("RED-0", next_question(by=ada, services=services).seen, by=ada, services=services)

    back = take_back(by=ada, services=services)

    assert (back.sku, back.category) == ("RED-0", None)
    assert listed(1, services=services)[0].worth is not None


@pytest.mark.parametrize("speak", ["label", "batch", "review"])
def test_whoever_speaks_as_a_person_takes_the_place_of_a_file(services, ada, speak):
    reds(services, "green")

    if speak == "label":
        label_product("RED-0", "green", services=services)
    elif speak == "batch":
        word = Word("green", Speaker.PERSON)
        outcome = record_batch([ProductRecord("RED-0", word=word)], services=services)
        assert outcome.updated == ("RED-0",)
    else:
        decide("RED-0", "green", None, by=ada, services=services)

    assert held(services, "RED-0") == ("green", "person")
    take_back_label("RED-0", services=services)
    assert held(services, "RED-0") == ("green", "file")


def test_a_later_file_is_told_that_a_file_has_spoken(services):
    reds(services, "green")

    outcome = record_batch([ProductRecord("RED-0", word=Word("blue"))], services=services)

    assert "for a file said 'green'" in outcome.notes[0][1]
    assert held(services, "RED-0") == ("green", "file")


def test_an_undo_of_a_word_leaves_the_files(services, ada):
    reds(services, "green")
    decide("RED-0", "blue", None, by=ada, services=services)

    assert undo(1, by=ada, services=services).products == 1
    assert held(services, "RED-0") == ("green", "file")
    assert undo(2, by=ada, services=services).products == 1
    assert held(services, "RED-0") == ("blue", "person")


@pytest.mark.parametrize(
    ("stays", "leaves", "outcome"),
    [
        (("green", False), ("blue", True), ("blue", "person")),
        (("green", True), ("blue", False), ("green", "person")),
        (("green", False), ("blue", False), ("green", "file")),
        ((None, False), ("blue", False), ("blue", "file")),
    ],
)
def test_of_two_that_become_one_a_persons_word_stays(services, stays, leaves, outcome):
    for sku, colour, (word, by_person) in (
        ("RED-0", (250, 10, 10), stays),
        ("RED-1", (240, 10, 10), leaves),
    ):
        record_batch(
            [product(services, sku, colour, category=None if by_person else word)],
            services=services,
        )
        if by_person:
            label_product(sku, word, services=services)

    with services.database.writing() as session:
        found = products_by_sku(session, ["RED-0", "RED-1"])
        merge_all(session, [(found["RED-0"], found["RED-1"])], "ada", services=services)

    assert held(services, "RED-0") == outcome


def test_an_export_tells_whose_word_it_is_and_comes_back_as_it_was(services, tmp_path):
    reds(services, "green", None, "blue")
    label_product("RED-2", "blue", services=services)

    export_catalogue(tmp_path / "all.csv", services=services)
    text = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    report = import_source(tmp_path / "all.csv", services=services)

    told = {row["sku"]: row["decided_by"] for row in csv.DictReader(io.StringIO(text))}
    assert told == {"RED-0": "file", "RED-1": "model", "RED-2": "human"}
    assert (report.unchanged, report.failed) == (3, ())
    assert held(services, "RED-0") == ("green", "file")
    assert mark_of(product_by_sku("RED-2", services=services).labelled_at) in text
