"""A product and the variants of a style: asked once, decided once, whoever came first."""

import pytest

from catalog.access.terms import ActorKind, Role
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from catalog.stored import ProductRecord
from service.access.actor import Actor
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.previewing import preview_bulk
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_all, find_new
from service.stock.changing import remove_products
from service.stock.record import record_batch
from service.stock.undoing import undo
from tests.patterns import garment, image_of, photo_of

ANNA = Actor(ActorKind.ACCOUNT, "anna", 1, Role.EDITOR)
ROBE = ("R-RED", "R-BLUE", "R-GREEN")


def pairs(services):
    queue = open_queue(PairFilter(), 1000, services=services)
    return [(each.left, each.right, each.kind) for each in queue.pairs]


def say(services, verdict, stays=None):
    [pair] = open_queue(PairFilter(), 1000, services=services).pairs
    return decide(Decision(pair.number, verdict, stays), by=ANNA, services=services)


def smaller(photo):
    return photo_of(image_of(photo).resize((140, 140)))


@pytest.fixture
def robes(services, put):
    """A style of three products that show one picture, saved in two ways."""
    for number, sku in enumerate(ROBE):
        put(sku, smaller(garment(1)) if number < 2 else garment(1), style="Robe")
    find_new(services=services)
    return services


def test_one_picture_against_a_style_is_one_pair_with_the_variant_most_like_it(robes, put):
    put("NEW", garment(1))

    found = find_new(services=robes)

    assert found.proposed == 1
    assert pairs(robes) == [("R-GREEN", "NEW", Kind.SAME_PICTURE)]


def test_a_style_that_comes_after_the_product_is_asked_of_once_also_variant_by_variant(
    services, put
):
    put("OLD", garment(1))
    for number, sku in enumerate(ROBE):
        put(sku, smaller(garment(1)) if number < 2 else garment(1), style="Robe")
        find_new(services=services)

    assert pairs(services) == [("OLD", "R-GREEN", Kind.SAME_PICTURE)]


def test_a_style_that_came_twice_is_asked_of_product_by_product(robes, put):
    for number, sku in enumerate(("S-RED", "S-BLUE", "S-GREEN")):
        put(sku, smaller(garment(1)) if number < 2 else garment(1), style="Robe of Acme")
    find_new(services=robes)

    found = pairs(robes)

    assert len(found) == 3
    assert len({left for left, _, _ in found}) == len({right for _, right, _ in found}) == 3


def test_two_products_of_a_style_are_dismissed_with_all_of_it(robes, put):
    put("NEW", garment(1))
    find_new(services=robes)

    say(robes, Verdict.DISMISS)

    assert find_all(services=robes, again=True).proposed == 0
    put("R-WHITE", garment(1), style="Robe")
    assert find_new(services=robes).proposed == 0
    put("R-BLUE", garment(7), style="Robe")
    put("NEW", garment(1), garment(7))
    assert find_new(services=robes).proposed == 1  # other pictures were never decided on


def test_pairs_of_products_that_became_a_style_later_are_decided_at_once_and_undone(services, put):
    for sku in ("NEW", *ROBE):
        put(sku, garment(1))
    find_new(services=services)
    record_batch([ProductRecord(sku, facts={"style": "Robe"}) for sku in ROBE], services=services)
    before = pairs(services)

    preview = preview_bulk(PairFilter(), Verdict.DISMISS, services=services)
    looked = steps_looked_at(PairFilter(), preview.digest, services=services)
    done = decide_bulk(
        looked.steps, Verdict.DISMISS, by=ANNA, services=services, asked_at=looked.at
    )

    assert len(before) == 3
    assert (preview.decided, preview.fallen) == (done.decided, done.passed_over) == (1, 2)
    assert pairs(services) == []
    assert find_all(services=services, again=True).proposed == 0
    assert undo(done.change, by=ANNA, services=services).refused == []
    assert pairs(services) == before


def test_a_dismissal_holds_for_a_product_that_goes_by_another_sku_now(services, put):
    put("A", garment(1))
    put("B", smaller(garment(1)))
    find_new(services=services)
    say(services, Verdict.DISMISS)

    remove_products(["B"], services=services)
    put("B-2", smaller(garment(1)))

    assert find_new(services=services).proposed == 0
    put("B", smaller(garment(1)))  # now it is beside the other one, which is a copy of it
    find_new(services=services)
    assert pairs(services) == [("B-2", "B", Kind.SAME_PICTURE)]


def test_a_pair_goes_with_the_picture_that_it_stood_on_and_comes_with_the_next(services, put):
    put("A", garment(1), garment(4))
    put("B", garment(1))
    find_new(services=services)

    put("B", garment(3))
    find_new(services=services)
    gone = pairs(services)
    put("B", garment(4))
    find_new(services=services)

    assert gone == []
    [pair] = open_queue(PairFilter(), 9, services=services).pairs
    assert (pair.left, pair.right) == ("A", "B")
    assert all(digest in services.store for digest in pair.photos)


def test_copies_are_still_asked_of_when_the_one_that_they_are_around_is_merged(services, put):
    put("A", garment(1))
    put("B", smaller(garment(1)), garment(5))
    put("C", garment(1))
    find_new(services=services)
    before = pairs(services)
    [of_b] = open_queue(PairFilter(sku="B"), 9, services=services).pairs

    done = decide(Decision(of_b.number, Verdict.MERGE, "B"), by=ANNA, services=services)
    after = pairs(services)
    undone = undo(done.change, by=ANNA, services=services)

    assert [pair[:2] for pair in before] == [("A", "C"), ("A", "B")]
    assert [pair[:2] for pair in after] == [("B", "C")]
    assert (undone.refused, pairs(services)) == ([], before)
    again = undo(undone.number, by=ANNA, services=services)
    assert (again.refused, pairs(services)) == ([], after)


def test_a_pair_that_was_decided_is_not_handed_on(services, put):
    put("B", garment(1))
    put("C", smaller(garment(1)))
    find_new(services=services)
    say(services, Verdict.DISMISS)
    put("A", garment(1))
    find_new(services=services)
    [of_b] = open_queue(PairFilter(sku="B"), 9, services=services).pairs
    before = pairs(services)

    decide(Decision(of_b.number, Verdict.MERGE, "B"), by=ANNA, services=services)

    assert [pair[:2] for pair in before] == [("B", "A"), ("C", "A")]
    assert pairs(services) == []
    assert find_all(services=services, again=True).proposed == 0
