"""What the staff changed comes back exactly, or stays with a reason."""

from datetime import timedelta

import pytest

from catalog import products, vocabulary
from catalog.access.terms import ActorKind, Role
from catalog.duplicates.moved import move_all, moves_of
from catalog.filters import Filters
from catalog.kept_states import states_of
from catalog.labelling import Speaker, Word
from catalog.models import now
from catalog.staff_changes import StaffChange, forget_before, newest_changes
from catalog.stored import ProductRecord
from embeddings.files import names
from service.access.actor import Actor, at_the_machine
from service.backups import back_up, checked, restore
from service.errors import UnknownChange
from service.finding.browse import product_by_sku
from service.finding.search import find_similar
from service.settings.environment import Settings
from service.stock import portions
from service.stock.changing import label_product, take_back_label
from service.stock.forgetting import forget_change, forget_past
from service.stock.pictures import remove_unreferenced
from service.stock.record import record_batch, record_within
from service.stock.refusing import Refused
from service.stock.undoable import KEPT, LAST_MOMENT, OtherRow, undoable
from service.stock.undoing import undo
from service.stockroom.recent import change_details
from service.stockroom.stories import newest_stories, story_of
from service.upkeep.verify import verify
from service.wiring import build_services
from service.worker.worker import Worker
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import colour_of, product

ADA = at_the_machine()
BEN = Actor(ActorKind.ACCOUNT, "ben", 2, Role.EDITOR)
FIRST = "RED-00"


def change(services, *items, name="Edited", number=None):
    """Record items as a change of the staff; give its number."""
    with (
        services.database.writing() as session,
        undoable(session, [item.sku for item in items], by=ADA, name=name, number=number) as kept,
    ):
        _, let_go = record_within(session, items, services=services)
    remove_unreferenced(let_go, services=services)
    return kept.number


def withdraw(services, *skus):
    with (
        services.database.writing() as session,
        undoable(session, skus, by=ADA, name="Withdrawn") as kept,
    ):
        _, pictures = products.delete_all(session, skus)
    remove_unreferenced(pictures, services=services)
    return kept.number


def merged(services, stays, leaves, *colours, number=None):
    """Let one product show these colours, and the other go."""
    photos = product(services, stays, *colours).photos
    with (
        services.database.writing() as session,
        undoable(
            session, [stays, leaves], by=ADA, name="Merged", number=number, together=True
        ) as kept,
    ):
        products.delete_all(session, [leaves])
        record_within(session, [ProductRecord(stays, photos=photos)], services=services)
    return kept.number


def held(services, *skus):
    with services.database.reading() as session:
        return states_of(session, skus)


def merged_away(services, sku):
    with services.database.reading() as session:
        found = moves_of(session, [sku], names.key).get(sku)
        return found and (found.sku, found.stayed, found.by)


def age(services, number, by):
    with services.database.writing() as session:
        session.get(StaffChange, number).at -= by


def recent(services):
    with services.database.reading() as session:
        return [each.id for each in newest_changes(session, 9)]


def stories(services, most=9, before=None):
    """Tell what became of each change: its name, its steps, and what can be done of it."""
    found, older = newest_stories(most, before, services=services)
    told = [
        (
            each.name,
            [(step.verb, step.actor, step.products) for step in each.steps],
            each.undone,
            (each.undo is not None, each.redo is not None),
        )
        for each in found
    ]
    return told, older


def forgotten(services, **most):
    with services.database.writing() as session:
        return forget_before(session, now(), **most)


class EmptyQueue:
    """A queue that no job waits in."""

    def put(self, number):
        raise NotImplementedError

    def take(self):
        return None


def undone(services, number):
    return undo(number, by=ADA, services=services)


def test_an_undo_brings_back_just_what_a_change_changed(filled):
    before = held(filled, FIRST)
    number = change(filled, ProductRecord(FIRST, {"brand": "Acme", "price_cents": 1}))
    record_batch([ProductRecord(FIRST, {"stock": 77})], services=filled)

    outcome = undone(filled, number)

    assert (outcome.products, outcome.refused) == (1, [])
    assert held(filled, FIRST) == {FIRST: before[FIRST] | {"stock": 77}}


def test_a_withdrawn_product_comes_back_as_it_was(filled):
    label_product(FIRST, "blue", services=filled)
    label_product(FIRST, "Hat", services=filled)
    before = held(filled, FIRST)
    number = withdraw(filled, FIRST)
    assert held(filled, FIRST) == {}

    undone(filled, number)

    assert held(filled, FIRST) == before
    assert verify(services=filled).problems == ()
    found = find_similar(plain_photo(colour_of("red", 0)), Filters(), 1, 5, services=filled)
    assert FIRST in [hit.product.sku for hit in found.hits]
    assert take_back_label(FIRST, services=filled).category == "blue"


def test_an_undo_is_undone(filled):
    before = held(filled, FIRST, "RED-02")
    number = withdraw(filled, FIRST, "RED-02")
    back = undone(filled, number).number

    again = undone(filled, back).number
    assert held(filled, FIRST, "RED-02") == {}
    undone(filled, again)

    assert held(filled, FIRST, "RED-02") == before


def test_a_change_is_one_story_whatever_became_of_it(filled):
    items = [ProductRecord(sku, {"brand": "Acme"}) for sku in (FIRST, "RED-01")]
    number = change(filled, *items, name="Brand: Acme")
    record_batch([ProductRecord(FIRST, {"brand": "Other"})], services=filled)
    change(filled, ProductRecord("RED-02", {"size": "M"}), name="Size: M")

    back = undone(filled, number)
    half, _ = stories(filled)
    again = undo(back.number, by=BEN, services=filled)
    whole, _ = stories(filled)

    steps = [("done", ADA.name, 2), ("undone", ADA.name, 1)]
    assert half[0] == ("Brand: Acme", steps, 1, (True, True))
    assert whole[0] == ("Brand: Acme", [*steps, ("done again", "ben", 1)], 0, (True, False))
    assert [name for name, *_ in whole] == ["Brand: Acme", "Size: M"]
    assert story_of(number, services=filled) == story_of(again.number, services=filled)
    assert story_of(number, services=filled).undo == again.number
    with filled.database.reading() as session:
        names = [each.name for each in newest_changes(session, 9)]
    assert names == ["Redo: Brand: Acme", "Undo: Brand: Acme", "Size: M", "Brand: Acme"]


def test_a_product_counts_as_brought_back_until_it_is_changed_again(filled):
    items = [ProductRecord(sku, {"brand": "Acme"}) for sku in (FIRST, "RED-01")]
    number = change(filled, *items)

    def brought_back(of):
        found = change_details(of, services=filled).products
        return [each.sku for each in found if each.was_brought_back]

    told = [brought_back(number)]
    back = undone(filled, number).number
    told.append(brought_back(number))
    record_batch([ProductRecord(FIRST, {"brand": "Other"})], services=filled)
    undone(filled, back)
    told.append(brought_back(number))

    assert told == [[], [FIRST, "RED-01"], [FIRST]]
    assert brought_back(back) == ["RED-01"]


def test_stories_go_on_where_a_page_ends_and_each_stands_once(filled):
    numbers = [
        change(filled, ProductRecord(FIRST, {"stock": 50 + n}), name=f"Stock: {50 + n}")
        for n in range(4)
    ]
    undone(filled, undone(filled, undone(filled, numbers[3]).number).number)  # the newest of all
    undone(filled, numbers[2])

    found, before, pages = [], None, 0
    while pages == 0 or before is not None:
        told, before = stories(filled, most=2, before=before)
        found += [name for name, *_ in told]
        pages += 1

    assert (found, pages) == (["Stock: 52", "Stock: 53", "Stock: 51", "Stock: 50"], 2)


def test_what_became_of_a_forgotten_change_is_still_told(filled):
    number = change(filled, ProductRecord(FIRST, {"brand": "Acme"}), name="Brand: Acme")
    back = undone(filled, number).number
    again = undone(filled, back).number
    forget_change(number, by=ADA, services=filled)

    [(name, steps, undone_now, can)], _ = stories(filled)

    assert (name, undone_now, can) == ("Brand: Acme", 0, (True, False))
    assert [verb for verb, *_ in steps] == ["undone", "done again"]
    assert undone(filled, again).products == 1


def test_pictures_come_back_in_their_order(filled):
    others = product(filled, FIRST, (1, 1, 200), (1, 200, 1)).photos
    number = change(filled, ProductRecord(FIRST, photos=others))
    record_batch([ProductRecord(FIRST, {"title": "Renamed"})], services=filled)
    swapped = held(filled, FIRST)[FIRST]["pictures"]

    back = undone(filled, number).number
    assert product_by_sku(FIRST, services=filled).category == "red"
    undone(filled, back)

    assert held(filled, FIRST)[FIRST]["pictures"] == swapped
    assert product_by_sku(FIRST, services=filled).category == "blue"
    assert verify(services=filled).problems == ()


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        ({"price_cents": 250}, "changed since: its price is '2.50' now"),
        ({"price_cents": None}, "changed since: it has no price now"),
    ],
)
def test_a_later_change_is_not_overwritten(filled, later, reason):
    items = [ProductRecord(sku, {"price_cents": 1}) for sku in (FIRST, "RED-01")]
    number = change(filled, *items)
    record_batch([ProductRecord(FIRST, later)], services=filled)

    outcome = undone(filled, number)

    assert (outcome.products, outcome.refused) == (1, [Refused(FIRST, reason)])
    assert held(filled, FIRST)[FIRST]["price_cents"] == later["price_cents"]
    assert held(filled, "RED-01")["RED-01"]["price_cents"] == 1100


def test_a_category_decided_since_stays(filled):
    word = Word("Hat", Speaker.PERSON)
    number = change(filled, ProductRecord(FIRST, word=word))
    label_product(FIRST, "Coat", services=filled)

    outcome = undone(filled, number)

    assert outcome.refused == [Refused(FIRST, "changed since: its category is 'Coat' now")]


def test_a_product_that_went_or_came_since_stays_so(filled):
    edited = change(filled, ProductRecord(FIRST, {"brand": "Acme"}))
    withdrawn = withdraw(filled, FIRST, "RED-02")
    record_batch([product(filled, "red-02", (9, 9, 9))], services=filled)

    gone, there = undone(filled, edited), undone(filled, withdrawn)

    assert gone.refused == [Refused(FIRST, "it is not there any more")]
    assert there.refused == [Refused("RED-02", "a product of the SKU 'red-02' is there now")]
    assert there.products == 1


def test_what_was_refused_can_be_asked_for_again(filled):
    number = change(filled, ProductRecord(FIRST, {"brand": "Acme"}))
    record_batch([ProductRecord(FIRST, {"brand": "Other"})], services=filled)
    assert undone(filled, number).products == 0
    record_batch([ProductRecord(FIRST, {"brand": "Acme"})], services=filled)

    first, second = undone(filled, number), undone(filled, number)

    assert (first.products, second.products, second.refused) == (1, 0, [])


def test_products_that_belong_together_go_back_together_or_not_at_all(filled):
    with filled.database.writing() as session:
        pair = [FIRST, "RED-01"]
        with undoable(session, pair, by=ADA, name="Merged", together=True) as kept:
            products.delete_all(session, ["RED-01"])
            record_within(session, [ProductRecord(FIRST, {"title": "Both"})], services=filled)
    record_batch([ProductRecord(FIRST, {"title": "Later"})], services=filled)

    refused = undone(filled, kept.number).refused
    record_batch([ProductRecord(FIRST, {"title": "Both"})], services=filled)
    again = undone(filled, kept.number)

    assert [each.sku for each in refused] == pair
    assert refused[1].reason == "it belongs together with 'RED-00'"
    assert again.products == 2
    assert held(filled, FIRST)[FIRST]["title"] == "Red shirt 0"


@pytest.mark.parametrize("longest_s", [portions.LONGEST_S, 0])  # 0: one part in a transaction
def test_what_builds_on_each_other_goes_back_by_one_undo_and_forth_by_another(
    filled, longest_s, monkeypatch
):
    monkeypatch.setattr(portions, "LONGEST_S", longest_s)
    skus = [FIRST, "RED-01", "RED-02"]
    before = held(filled, *skus)
    colours = [colour_of("red", n) for n in range(3)]
    number = merged(filled, "RED-01", "RED-02", *colours[1:])
    merged(filled, FIRST, "RED-01", *colours, number=number)
    after = held(filled, *skus)

    back = undone(filled, number)
    was = held(filled, *skus)
    forth = undone(filled, back.number)

    assert (back.products, back.refused, was) == (4, [], before)
    assert (forth.products, forth.refused, held(filled, *skus)) == (4, [], after)
    assert verify(services=filled).problems == ()


def test_a_product_changed_twice_goes_back_to_the_first(filled):
    before = held(filled, FIRST)
    number = None
    for colours in ([(1, 1, 200)], [(1, 200, 1), (1, 1, 200)]):
        item = ProductRecord(FIRST, photos=product(filled, FIRST, *colours).photos)
        number = change(filled, item, number=number)

    outcome = undone(filled, number)

    assert (outcome.products, outcome.refused) == (2, [])
    assert held(filled, FIRST) == before


def test_two_people_who_undo_parts_of_a_change_have_a_change_each(filled):
    items = [ProductRecord(sku, {"brand": "Acme"}) for sku in (FIRST, "RED-01")]
    number = change(filled, *items)
    record_batch([ProductRecord(FIRST, {"brand": "Other"})], services=filled)
    first = undone(filled, number)
    record_batch([ProductRecord(FIRST, {"brand": "Acme"})], services=filled)

    second = undo(number, by=BEN, services=filled)

    assert first.number != second.number
    steps = [("done", ADA.name, 2), ("undone", ADA.name, 1), ("undone", "ben", 1)]
    assert stories(filled) == ([("Edited", steps, 2, (False, True))], None)


@pytest.mark.parametrize("over", ["forgotten", "past"])
def test_work_goes_on_with_another_change_where_its_own_is_over(filled, over):
    number = change(filled, ProductRecord(FIRST, {"brand": "Acme"}))
    if over == "forgotten":
        forget_change(number, by=ADA, services=filled)
    else:
        age(filled, number, KEPT)

    other = change(filled, ProductRecord("RED-01", {"brand": "Acme"}), number=number)

    assert other > number
    assert undone(filled, other).products == 1


@pytest.mark.parametrize("spelled", [FIRST, "red-00"])
def test_a_product_that_comes_back_is_merged_no_longer_until_it_goes_again(filled, spelled):
    withdrawn = withdraw(filled, FIRST)
    with filled.database.writing() as session:
        move_all(
            session, {spelled: "RED-01"}, "ben"
        )  # one of the same SKU had come, and was merged

    back = undone(filled, withdrawn)
    meanwhile = merged_away(filled, FIRST)
    again = undone(filled, back.number)

    assert (back.products, meanwhile, again.products) == (1, None, 1)
    assert merged_away(filled, FIRST) == (spelled, "RED-01", "ben")


def test_a_row_beside_products_goes_back_with_them(filled):
    rows = [OtherRow("category_word", ("anorak",))]
    with (
        filled.database.writing() as session,
        undoable(session, [], by=ADA, name="Word", together=True, rows=rows) as kept,
    ):
        vocabulary.keep_meaning(session, "Anorak", "Coat")

    back = undone(filled, kept.number)
    with filled.database.reading() as session:
        gone = vocabulary.Vocabulary.of(session, ()).meaning("Anorak")
    undone(filled, back.number)
    with filled.database.reading() as session:
        there = vocabulary.Vocabulary.of(session, ()).meaning("Anorak")

    assert (back.products, gone, there) == (1, "Anorak", "Coat")


def test_a_row_that_was_decided_anew_keeps_its_products(filled):
    rows = [OtherRow("category_word", ("anorak",))]
    with (
        filled.database.writing() as session,
        undoable(session, [FIRST], by=ADA, name="Word", together=True, rows=rows) as kept,
    ):
        vocabulary.keep_meaning(session, "Anorak", "Coat")
        record_within(session, [ProductRecord(FIRST, {"brand": "Acme"})], services=filled)
    with filled.database.writing() as session:
        vocabulary.keep_meaning(session, "Anorak", "Jacket")

    outcome = undone(filled, kept.number)

    told = "what was decided with it has been decided anew since"
    assert outcome.refused == [Refused(FIRST, told)]
    assert held(filled, FIRST)[FIRST]["brand"] == "Acme"


def test_a_backup_takes_the_changes_and_their_pictures_along(filled, tmp_path):
    before = held(filled, FIRST)
    number = withdraw(filled, FIRST)
    back_up(tmp_path / "shop.tar", services=filled)
    other = build_services(Settings(home=tmp_path / "other"), MeanColourEncoder())

    with checked(tmp_path / "shop.tar", settings=other.settings) as backup:
        restore(backup, services=other)
    outcome = undone(other, number)

    assert outcome.products == 1
    assert held(other, FIRST) == before
    assert verify(services=other).problems == ()
    other.close()


def test_a_kept_picture_that_is_lost_spoils_no_answer(filled):
    [[digest, _]] = held(filled, FIRST)[FIRST]["pictures"]
    withdraw(filled, FIRST)
    filled.store.remove([digest])

    report = verify(services=filled, repair=True)

    [problem] = report.problems
    assert problem.subject == digest
    assert "an undo" in problem.advice
    assert report.drift == 0


def test_a_change_that_changes_nothing_is_not_kept(filled):
    number = change(filled, ProductRecord(FIRST, {"title": "Red shirt 0"}))

    assert number is None


def test_a_change_of_several_transactions_is_one(filled):
    number = None
    for sku in (FIRST, "RED-01", "RED-02"):
        with (
            filled.database.writing() as session,
            undoable(session, [sku], by=ADA, name="Brand: Acme", number=number) as kept,
        ):
            record_within(session, [ProductRecord(sku, {"brand": "Acme"})], services=filled)
        number = kept.number

    with filled.database.reading() as session:
        [found] = newest_changes(session, 5)
        assert (found.name, found.products, found.undone) == ("Brand: Acme", 3, 0)
    assert undone(filled, number).products == 3


def test_a_change_can_be_undone_until_its_time_is_over(filled):
    before = held(filled, FIRST, "RED-02")
    first, second = withdraw(filled, FIRST, "RED-02"), withdraw(filled, "RED-01")
    age(filled, first, KEPT - timedelta(minutes=1))
    age(filled, second, KEPT)

    back = undone(filled, first)
    with pytest.raises(UnknownChange, match="no change that can be undone has the number 2"):
        undone(filled, second)

    assert back.products == 2
    assert held(filled, FIRST, "RED-01", "RED-02") == before
    told, _ = stories(filled)
    assert [can for *_, can in told] == [(False, True), (False, False)]


def test_an_undo_that_was_asked_for_in_time_finds_what_it_wants(filled):
    number = withdraw(filled, FIRST)
    asked_at = now()
    age(filled, number, KEPT + timedelta(hours=1))

    assert not forget_past(services=filled)
    back = undo(number, by=ADA, services=filled, asked_at=asked_at - timedelta(hours=2))

    assert back.products == 1
    assert FIRST in held(filled, FIRST)


def test_an_undo_brings_nothing_back_of_what_is_being_forgotten(filled):
    number = withdraw(filled, FIRST)
    asked_at = now()
    age(filled, number, KEPT + LAST_MOMENT)

    with pytest.raises(UnknownChange):
        undo(number, by=ADA, services=filled, asked_at=asked_at - KEPT)

    assert held(filled, FIRST) == {}


def test_a_change_lets_no_other_be_forgotten(filled):
    [[digest, _]] = held(filled, FIRST)[FIRST]["pictures"]
    number = withdraw(filled, FIRST)
    age(filled, number, KEPT + LAST_MOMENT)

    change(filled, ProductRecord("RED-01", {"brand": "Acme"}))

    assert digest in filled.store
    assert len(recent(filled)) == 2
    assert verify(services=filled).problems == ()


def test_a_worker_forgets_what_is_past_with_its_pictures(filled):
    [[digest, _]] = held(filled, FIRST)[FIRST]["pictures"]
    past = withdraw(filled, FIRST)
    withdraw(filled, "RED-01")
    age(filled, past, KEPT + LAST_MOMENT)

    Worker(filled, queue=EmptyQueue()).turn("worker")

    assert recent(filled) == [2]
    assert digest not in filled.store
    assert verify(services=filled).problems == ()


def test_a_large_change_is_forgotten_in_steps(filled):
    skus = [f"RED-0{n}" for n in range(5)]
    digests = {each["pictures"][0][0] for each in held(filled, *skus).values()}
    number = withdraw(filled, *skus)

    steps = []
    while (step := forgotten(filled, parts=3, pictures=2)) is not None:
        steps.append(step)

    assert sorted(map(len, steps)) == [1, 2, 2]
    assert {digest for step in steps for digest in step} == digests
    assert number not in recent(filled)


def test_a_lost_picture_is_a_reason(filled):
    [[digest, _]] = held(filled, FIRST)[FIRST]["pictures"]
    number = withdraw(filled, FIRST, "RED-01")
    filled.store.remove([digest])

    outcome = undone(filled, number)

    assert outcome.products == 1
    assert outcome.refused == [Refused(FIRST, "a picture of it is lost; a backup may have it")]


def test_a_word_that_an_import_replaced_can_be_taken_back(filled):
    label_product(FIRST, "Hat", services=filled)
    word = Word("Coat", Speaker.PERSON)
    record_batch([ProductRecord(FIRST, word=word)], services=filled)

    taken = take_back_label(FIRST, services=filled)

    assert taken.category == "Hat"
