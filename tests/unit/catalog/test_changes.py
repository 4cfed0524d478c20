import pytest
from sqlalchemy import func, select, text

from catalog import changes, search_queries
from catalog.models import Change, ChangeKind
from service.stock.changing import label_product, remove_products, take_back_label
from service.stock.record import ProductRecord, record_batch
from tests.shop import photo, product


def feed(services, after=0):
    query = text("SELECT kind, photo_id FROM change WHERE number > :after ORDER BY number")
    with services.database.reading() as session:
        return [tuple(row) for row in session.execute(query, {"after": after})]


def last_number(services):
    with services.database.read_view() as look:
        return search_queries.latest(look.driver).number


def test_the_first_batch_promotes_the_model_and_announces_its_photos(services):
    record_batch([product(services, "A", (9, 9, 9), (5, 5, 5))], services=services)

    assert feed(services) == [("model", None), ("upsert", 1), ("upsert", 2), ("product", None)]


def test_the_same_batch_again_appends_nothing(filled):
    before = last_number(filled)
    items = [
        ProductRecord("RED-00", {"title": "Red shirt 0", "stock": 1}),
        product(filled, "BLUE-01", (17, 17, 240), title="Blue shirt 1", price_cents=1100, stock=0),
    ]

    outcome = record_batch(items, services=filled)

    assert outcome.unchanged == ("RED-00", "BLUE-01")
    assert last_number(filled) == before


def say(services, **facts):
    record_batch([ProductRecord("RED-00", facts)], services=services)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: label_product("RED-00", "hat", services=s), [("product", None)]),
        (lambda s: label_product("RED-00", None, services=s), [("product", None)]),
        (lambda s: take_back_label("RED-00", services=s), []),
        (lambda s: say(s, stock=7), [("product", None)]),
        (lambda s: say(s, stock=1), []),
        (lambda s: say(s, title="New", stock=3), [("product", None)]),
        (lambda s: remove_products(["RED-00"], services=s), [("remove", 1), ("product", None)]),
        (lambda s: remove_products(["NOBODY"], services=s), []),
    ],
)
def test_every_change_is_in_the_feed_and_nothing_else_is(filled, change, expected):
    before = last_number(filled)

    change(filled)

    assert feed(filled, after=before) == expected


def test_a_photo_that_is_exchanged_is_removed_and_announced(filled):
    before = last_number(filled)
    items = [product(filled, "RED-00", (1, 2, 3), title="Red shirt 0", stock=1)]

    record_batch(items, services=filled)

    assert feed(filled, before) == [("remove", 1), ("upsert", 37), ("product", None)]


def test_pruning_keeps_the_last_entries_and_their_numbers(filled):
    last = last_number(filled)

    with filled.database.writing() as session:
        changes.prune(session, kept=3)

    with filled.database.reading() as session:
        assert session.scalar(select(func.min(Change.number))) == last - 2
    assert last_number(filled) == last


def test_numbers_go_on_after_all_else_is_pruned(filled):
    last = last_number(filled)

    with filled.database.writing() as session:
        changes.prune(session, kept=0)
        changes.append(session, ChangeKind.UPSERT, [5])

    assert last_number(filled) == last + 1


def test_a_missing_entry_is_noticed(filled):
    with filled.database.writing() as session:
        sound = changes.has_gaps(session)
        session.execute(text("DELETE FROM change WHERE number = 5"))

    with filled.database.reading() as session:
        assert (sound, changes.has_gaps(session)) == (False, True)


def test_a_photo_is_touched_once_however_often_it_changed(services):
    record_batch([product(services, "A", (9, 9, 9))], services=services)

    with services.database.writing() as session:
        changes.append(session, ChangeKind.UPSERT, [1, 1])
        assert changes.touched_photos(session, 0) == [1]
        assert changes.touched_photos(session, last_number(services) + 2) == []


def test_a_photo_known_by_its_source_needs_no_reading(filled):
    known = photo(filled, (250, 10, 10))
    before = last_number(filled)
    again = type(known)(known.source_digest)

    outcome = record_batch(
        [ProductRecord("RED-00", {"title": "Red shirt 0"}, photos=(again,))],
        services=filled,
    )

    assert outcome.unchanged == ("RED-00",)
    assert last_number(filled) == before
