"""A word of the shop is given a meaning: its products follow, bit by bit, and all can be undone."""

import shutil
from contextlib import closing

import pytest

from catalog import vocabulary
from catalog.labelling import Speaker, Word
from catalog.staff_changes import newest_changes
from catalog.stored import ProductFacts, ProductRecord
from service.access.actor import at_the_machine
from service.importing import learn_answers
from service.importing.wishes import ImportWish
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.settings.environment import Settings
from service.stock.meanings import begin_meaning, finish_meaning, map_category
from service.stock.patience import MOST_AT_ONCE
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.uploads.kept import Uploads
from service.uploads.starting import start_import
from service.wiring import build_services
from service.worker.doing import do
from tests.fakes import MeanColourEncoder

ME = at_the_machine()
FIRST = 5  # that move with their word
MANY = 125  # so that the others take two transactions


def put(services, most):
    """Put products into the catalogue that a file calls Hats, without a picture."""
    facts: ProductFacts = {
        "title": "Hat",
        "stock": 1,
        "price_cents": None,
        "currency": None,
        "url": None,
    }
    word = Word("Hats", Speaker.FILE)
    items = [ProductRecord(f"H-{n:04}", facts, word=word, photos=()) for n in range(most)]
    record_batch(items, services=services)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The home of that shop, filled once; every test has a copy."""
    home = tmp_path_factory.mktemp("made") / "home"
    with closing(build_services(Settings(home=home), MeanColourEncoder())) as services:
        put(services, MANY)
    return home


@pytest.fixture
def hats(made, tmp_path):
    """A shop of hats."""
    shutil.copytree(made, tmp_path / "home")
    with closing(build_services(Settings(home=tmp_path / "home"), MeanColourEncoder())) as services:
        yield services


def counts(services):
    with services.database.reading() as session:
        return vocabulary.said_counts(session)


def changes(services):
    with services.database.reading() as session:
        return [(each.id, each.products, each.undone) for each in newest_changes(session, 9)]


def meant(services):
    with services.database.reading() as session:
        return vocabulary.meant_by(session, "Hats")


def test_the_command_leaves_one_change_that_brings_all_of_it_back(hats):
    mapped = map_category("Hats", "Hat", by=ME, services=hats)

    assert (mapped.products, counts(hats)) == (MANY, {"Hat": MANY})
    assert changes(hats) == [(mapped.number, MANY, 0)]
    undo(mapped.number, by=ME, services=hats)
    assert (meant(hats), counts(hats)) == (None, {"Hats": MANY})


@pytest.mark.parametrize("again", [map_category, None])
def test_what_was_cut_off_goes_on_when_the_same_is_said_again(hats, again):
    with hats.database.writing() as session:
        begun = begin_meaning(
            session, ["Hats"], "Hat", by=ME, most=FIRST
        )  # and then the process dies
    assert counts(hats) == {"Hat": FIRST, "Hats": len(begun.ids)}

    if again is None:
        learn_answers({"Hats": "Hat"}, by=ME, services=hats)
    else:
        again("Hats", "Hat", by=ME, services=hats)

    assert counts(hats) == {"Hat": MANY}


def test_a_death_between_two_transactions_leaves_the_others_to_follow(hats):
    with hats.database.writing() as session:
        begun = begin_meaning(session, ["Hats"], "Hat", by=ME, most=FIRST)
    told = []

    def keep(session):
        if told:
            raise InterruptedError
        told.append(session)

    with pytest.raises(InterruptedError):
        finish_meaning("Hats", number=begun.number, by=ME, services=hats, keep=keep)

    assert counts(hats)["Hats"] == len(begun.ids) - 100
    finish_meaning("Hats", number=begun.number, by=ME, services=hats)
    assert counts(hats) == {"Hat": MANY}
    assert changes(hats) == [(begun.number, MANY, 0)]


def test_what_was_undone_meanwhile_moves_nothing_more(hats):
    with hats.database.writing() as session:
        begun = begin_meaning(session, ["Hats"], "Hat", by=ME, most=FIRST)
    undo(begun.number, by=ME, services=hats)

    moved = finish_meaning("Hats", number=begun.number, by=ME, services=hats)

    assert (moved, counts(hats)) == (0, {"Hats": MANY})


def test_an_import_lets_the_many_follow_in_its_job_as_part_of_the_same_change(services):
    many = MOST_AT_ONCE + 1
    put(services, many)
    uploads = Uploads(services.settings.home, 10**9)
    token, folder = uploads.begin(10)
    (folder / "x.csv").write_text("sku,title,category\nH-0000,Hat,Hats\n")
    upload = uploads.keep(token, "x.csv", purpose="import", by="me")
    wish = ImportWish.of({"categories": ["Hats=Hat"]})
    start_import(upload, wish, dry_run=False, by=ME, uploads=uploads, services=services)
    begun = counts(services)

    do(*claim("me", services=services), kinds=KINDS, services=services)

    assert begun == {"Hat": MOST_AT_ONCE, "Hats": many - MOST_AT_ONCE}
    assert counts(services) == {"Hat": many}
    [(_, products, _)] = changes(services)
    assert products == many


def test_a_word_that_nothing_is_called_by_is_a_change_with_the_command(services):
    mapped = map_category("Bonnet", "Hat", by=ME, services=services)

    assert mapped.products == 0
    undo(mapped.number, by=ME, services=services)
    with services.database.reading() as session:
        assert vocabulary.meant_by(session, "Bonnet") is None
