from dataclasses import replace

import pytest

from catalog.filters import Filters
from catalog.labelling import Speaker, Word, mark_of
from service.finding.browse import category_counts, product_by_sku, products_page
from service.finding.search import find_similar
from service.stock.changing import label_product, remove_products, take_back_label
from service.stock.record import PhotoRecord, ProductRecord, known_sources, record_batch
from tests.fakes import plain_photo
from tests.shop import photo, product

RED, GREEN, BLUE = (250, 10, 10), (10, 250, 10), (10, 10, 250)


def digests(services, sku):
    return [each.digest for each in product_by_sku(sku, services=services).photos]


def test_a_batch_says_what_became_of_each_product(filled):
    items = [
        product(filled, "NEW", (9, 9, 9)),
        ProductRecord("RED-00", {"title": "Another title"}),
        ProductRecord("RED-02", {"price_cents": 1200, "stock": 3}),
    ]

    outcome = record_batch(items, services=filled)

    assert outcome.added == ("NEW",)
    assert outcome.updated == ("RED-00",)
    assert outcome.unchanged == ("RED-02",)
    assert product_by_sku("RED-00", services=filled).title == "Another title"


def test_a_sku_twice_in_a_batch_writes_nothing(services):
    items = [product(services, "A", RED), product(services, "A", BLUE)]

    with pytest.raises(ValueError, match="each SKU once"):
        record_batch(items, services=services)

    assert products_page(Filters(), 1, 5, services=services).total == 0


def test_the_first_photo_names_the_category(services):
    record_batch([product(services, "A", BLUE, RED)], services=services)

    found = product_by_sku("A", services=services)

    assert (found.category, found.model_category) == ("blue", "blue")
    assert found.model_confidence == pytest.approx(1, abs=1e-3)


def test_turning_the_photos_round_renames_the_category(services):
    record_batch([product(services, "A", BLUE, RED)], services=services)

    outcome = record_batch([product(services, "A", RED, BLUE)], services=services)

    assert outcome.updated == ("A",)
    assert product_by_sku("A", services=services).category == "red"


def test_photos_that_are_no_longer_named_go_with_their_pictures(services):
    record_batch([product(services, "A", RED, BLUE)], services=services)
    red, blue = digests(services, "A")

    record_batch([product(services, "A", BLUE)], services=services)

    assert digests(services, "A") == [blue]
    assert red not in services.store
    assert blue in services.store
    [found] = find_similar(plain_photo(RED), Filters(), 1, 5, services=services).hits
    assert found.product.digest == blue


def test_a_picture_of_two_products_stays_until_neither_shows_it(services):
    record_batch([product(services, "A", RED), product(services, "B", RED)], services=services)
    [red] = digests(services, "A")

    remove_products(["A"], services=services)
    kept = red in services.store
    remove_products(["B"], services=services)

    assert (kept, red in services.store) == (True, False)


def test_the_same_picture_twice_is_one_photo(services):
    record_batch([product(services, "A", RED, RED)], services=services)

    assert len(digests(services, "A")) == 1


def test_without_a_word_on_photos_they_stay(filled):
    before = digests(filled, "RED-00")

    record_batch([ProductRecord("RED-00", {"title": "New title"})], services=filled)

    assert digests(filled, "RED-00") == before


def test_what_a_person_said_survives_an_import(filled):
    label_product("RED-00", "hat", services=filled)
    at = product_by_sku("RED-00", services=filled).labelled_at

    record_batch([product(filled, "RED-00", BLUE, title="New", stock=9)], services=filled)

    found = product_by_sku("RED-00", services=filled)
    assert (found.category, found.human_category, found.model_category) == ("hat", "hat", "blue")
    assert found.labelled_at == at


def test_a_category_in_an_import_is_a_persons_word(services):
    record_batch([product(services, "A", RED, category="hat")], services=services)
    labelled = product_by_sku("A", services=services)

    record_batch([product(services, "A", RED)], services=services)

    found = product_by_sku("A", services=services)
    assert (found.category, found.model_category) == ("hat", "red")
    assert found.labelled_at == labelled.labelled_at is not None


def test_a_label_can_be_taken_back(filled):
    label_product("RED-00", "hat", services=filled)

    changed = take_back_label("RED-00", services=filled)

    found = product_by_sku("RED-00", services=filled)
    assert changed
    assert (found.category, found.human_category) == ("red", None)


def test_what_a_person_left_to_the_model_no_file_decides(filled):
    label_product("RED-00", None, services=filled)
    items = [ProductRecord(f"RED-{n:02}", word=Word("hat")) for n in (0, 2)]

    outcome = record_batch(items, services=filled)

    assert (outcome.kept, outcome.updated) == (("RED-00",), ("RED-02",))
    assert product_by_sku("RED-00", services=filled).category == "red"


def test_a_person_overrules_what_they_knew_of_and_no_later_word(filled):
    label_product("RED-00", "hat", services=filled)
    seen = mark_of(product_by_sku("RED-00", services=filled).labelled_at)
    label_product("RED-00", "gown", services=filled)
    late = ProductRecord("RED-00", word=Word("coat", Speaker.PERSON, known_mark=seen))
    knowing = ProductRecord("RED-00", word=Word("coat", Speaker.PERSON))

    kept = record_batch([late], services=filled)
    between = product_by_sku("RED-00", services=filled).category
    taken = record_batch([knowing], services=filled)

    assert (kept.kept, between) == (("RED-00",), "gown")
    assert "for a person since decided_at said 'gown'" in kept.notes[0][1]
    assert taken.updated == ("RED-00",)
    assert product_by_sku("RED-00", services=filled).category == "coat"


def test_facts_change_one_by_one(filled):
    cheap = ProductRecord("RED-00", {"price_cents": 5, "stock": 0})

    outcome = record_batch([cheap], services=filled)

    found = product_by_sku("RED-00", services=filled)
    assert outcome.updated == ("RED-00",)
    assert (found.price_cents, found.stock, found.title) == (5, 0, "Red shirt 0")


def test_removing_names_what_there_was(filled):
    assert remove_products(["RED-00", "NOBODY"], services=filled) == ["RED-00"]
    assert products_page(Filters(), 1, 1, services=filled).total == 35


def test_the_sources_of_what_is_there_are_known(filled):
    record = product(filled, "A", RED, BLUE)
    record_batch([record, product(filled, "BARE")], services=filled)

    found = known_sources(["A", "BARE", "NOBODY"], services=filled)

    assert found == {"A": tuple(each.source_digest for each in record.photos), "BARE": ()}


def test_a_lost_picture_is_not_known_so_that_it_is_brought_again(filled):
    record = product(filled, "A", RED, BLUE)
    record_batch([record], services=filled)
    filled.store.remove([record.photos[0].photo_digest])

    found = known_sources(["A"], services=filled)

    assert found == {"A": (record.photos[1].source_digest,)}


def test_a_photo_that_was_removed_meanwhile_is_asked_for_again(services):
    record = product(services, "A", RED)
    record_batch([record], services=services)
    remove_products(["A"], services=services)
    by_source = PhotoRecord(record.photos[0].source_digest)

    outcome = record_batch(
        [ProductRecord("A", {"title": "A"}, photos=(by_source,)), product(services, "B", BLUE)],
        services=services,
    )

    assert (outcome.added, outcome.retry) == (("B",), ("A",))


def test_a_picture_that_was_removed_meanwhile_is_asked_for_again(services):
    record = product(services, "A", RED)
    services.store.remove([record.photos[0].photo_digest])

    outcome = record_batch([record], services=services)

    assert (outcome.added, outcome.retry) == ((), ("A",))


def test_readings_of_a_model_that_no_longer_answers_are_asked_for_again(filled):
    item = product(filled, "A", RED)
    readings = tuple(
        replace(each, reading=replace(each.reading, fingerprint="old")) for each in item.photos
    )

    outcome = record_batch([replace(item, photos=readings)], services=filled)

    assert (outcome.added, outcome.retry) == ((), ("A",))


def test_categories_are_counted_by_name(filled):
    label_product("RED-00", "hat", services=filled)

    counts = {each.category: each.products for each in category_counts(services=filled)}

    assert counts == {"blue": 12, "green": 12, "hat": 1, "red": 11}
    assert list(counts) == sorted(counts)


def test_pages_of_products_show_the_newest_first(services):
    for name in "ABCDE":
        record_batch([product(services, name, RED)], services=services)

    pages = [products_page(Filters(), page, 2, services=services) for page in (1, 2, 3, 4)]

    assert [[each.sku for each in page.products] for page in pages] == [
        ["E", "D"],
        ["C", "B"],
        ["A"],
        [],
    ]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}


def test_photos_stand_in_the_order_they_came_in(services):
    items = [photo(services, colour) for colour in (GREEN, RED, BLUE)]

    record_batch([ProductRecord("A", {"title": "A"}, photos=tuple(items))], services=services)

    assert digests(services, "A") == [each.photo_digest for each in items]
