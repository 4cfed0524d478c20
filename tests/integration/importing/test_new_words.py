"""Words for categories that a file brings: looked at, answered once, remembered for the shop."""

import csv

import pytest

from catalog import vocabulary
from catalog.errors import BadSource
from catalog.staff_changes import newest_changes
from service.access.actor import at_the_machine
from service.errors import ServerBusy
from service.finding.browse import product_by_sku
from service.importing import import_source, learn_answers
from service.importing.category_looks import see_some
from service.importing.category_questions import MOST_ASKED
from service.importing.looking import look_at
from service.importing.opening import SourceOptions, open_source
from service.importing.surveying import Said
from service.importing.wishes import ImportWish
from service.jobs.keeping import create
from service.stock.changing import label_product
from service.stock.undoing import undo
from service.uploads.kept import Uploads
from service.uploads.places import MOST
from service.uploads.starting import start_import
from tests.fakes import plain_picture

ME = at_the_machine()


@pytest.fixture
def source(tmp_path):
    """A table whose pictures are red, but for one that is none."""
    rows = [(f"A-{n}", "Thing", f"{n}.png", "Rote" if n < 6 else "Reds") for n in range(9)]
    for sku, _, photo, _ in rows:
        data = b"none" if sku == "A-1" else plain_picture((250, int(sku[2:]), 0))
        (tmp_path / photo).write_bytes(data)
    with (tmp_path / "stock.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("sku", "title", "photo", "category"), *rows])
    return tmp_path / "stock.csv"


def test_new_words_are_shown_with_what_their_pictures_look_like(source, services):
    looked = look_at(source, SourceOptions(), services=services, clock=lambda: 0.0)

    found = {each.word: each for each in looked.questions}
    assert (found["Reds"].meant, found["Reds"].is_likely, found["Reds"].rows) == ("red", True, 3)
    assert (found["Rote"].looks.pictures, found["Rote"].looks.of) == (5, 5)
    assert looked.seen["Rote"] == ["red", "", "red", "red", "red", "red"]
    assert looked.categories == ["blue", "green", "red"]


def test_pictures_that_were_looked_at_are_not_looked_at_again(source, services):
    seen = {"Rote": ["blue"] * 6, "Reds": ["blue"]}

    looked = look_at(source, SourceOptions(), seen, services=services, clock=lambda: 0.0)

    assert looked.seen == {"Rote": ["blue"] * 6, "Reds": ["blue", "red", "red"]}


def test_a_page_waits_no_longer_than_its_patience_for_pictures(source, services):
    words = {"a": Said(9, [f"{n}.png" for n in range(9)]), "b": Said(1, ["8.png"])}
    times = iter([0.0, 0.1, 0.2, 9.0])

    with open_source(source, SourceOptions(), 2**20) as opened:
        seen = see_some(opened, words, {}, services=services, clock=lambda: next(times))

    assert {word: len(labels) for word, labels in seen.items()} == {"a": 4, "b": 1}


def test_an_answer_holds_in_this_file_and_in_the_next_one_without_a_question(source, services):
    learn_answers({"Rote": "red", "Reds": "Reds"}, services=services, by=ME)

    report = import_source(source, services=services)

    assert [note for note in report.notes if "nearly" in note.note] == []
    assert product_by_sku("A-0", services=services).category == "red"
    assert product_by_sku("A-7", services=services).category == "Reds"
    assert look_at(source, SourceOptions(), services=services).questions == []


def test_of_answers_that_contradict_what_is_known_none_is_learned(services):
    learn_answers({"Rote": "red"}, services=services, by=ME)

    with pytest.raises(BadSource, match="'Rote' stands for 'red' itself"):
        learn_answers({"Blaue": "blue", "Rotes": "Rote"}, services=services, by=ME)

    with services.database.reading() as session:
        assert [each.word for each in vocabulary.meanings(session)] == ["Rote"]


def test_of_very_many_new_words_those_of_most_rows_are_asked_about(tmp_path, services):
    words = [f"Thing {number}" for number in range(MOST_ASKED + 50)] + ["Rote"] * 2
    rows = [(f"A-{at}", "Thing", word) for at, word in enumerate(words)]
    with (tmp_path / "stock.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("sku", "title", "category"), *rows])

    looked = look_at(tmp_path / "stock.csv", SourceOptions(), services=services)

    asked = [each.word for each in looked.questions]
    assert (len(asked), looked.unasked) == (MOST_ASKED, 51)
    assert "Rote" in asked


@pytest.fixture
def hats(filled):
    """Two products that somebody calls Hats, and a file that says what Hats are, sent over."""
    for sku in ("RED-00", "RED-01"):
        label_product(sku, "Hats", services=filled)
    uploads = Uploads(filled.settings.home, 10**9)
    token, folder = uploads.begin(10)
    (folder / "x.csv").write_text("sku,title,category\nRED-00,Hat,Hats\n")
    return filled, uploads, uploads.keep(token, "x.csv", purpose="import", by="me")


def begin(hats):
    services, uploads, upload = hats
    wish = ImportWish.of({"categories": ["Hats=Hat"]})
    start_import(upload, wish, dry_run=False, by=ME, uploads=uploads, services=services)


def learned(services):
    with services.database.reading() as session:
        words = [each.word for each in vocabulary.meanings(session)]
    called = [product_by_sku(sku, services=services).category for sku in ("RED-00", "RED-01")]
    return words, called


def test_an_import_that_is_refused_has_taught_nothing_and_renamed_nobodys_products(hats):
    services = hats[0]
    for number in range(MOST):
        create("import", {"number": number}, by=ME, services=services)

    with pytest.raises(ServerBusy):
        begin(hats)

    assert learned(services) == ([], ["Hats", "Hats"])


def test_what_an_import_taught_is_undone_with_the_products_that_it_renamed(hats):
    services = hats[0]
    begin(hats)
    taught = learned(services)
    with services.database.reading() as session:
        [change] = newest_changes(session, 9)

    undo(change.id, by=ME, services=services)

    assert taught == (["Hats"], ["Hat", "Hat"])
    assert learned(services) == ([], ["Hats", "Hats"])
