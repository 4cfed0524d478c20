"""Another model beside the running one, compared on the shop's own catalogue."""

from dataclasses import replace

import pytest

from catalog.filters import Filters
from service.comparing.compare import compare_model
from service.comparing.page import write_page
from service.errors import BadOutput, NotReady
from service.finding.search import find_similar
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import BrightnessEncoder, MeanColourEncoder, plain_photo
from tests.shop import product, shop_records

OLD, NEW, COPY = MeanColourEncoder(), BrightnessEncoder(), MeanColourEncoder("a copy")
RED = plain_photo((250, 10, 10))


@pytest.fixture
def shop(settings):
    built = build_services(settings, OLD, others=[NEW, COPY])
    yield built
    built.close()


@pytest.fixture
def filled(shop):
    record_batch(shop_records(shop), services=shop)
    return shop


def compared(services, encoder=NEW, queries=100):
    return compare_model(model_of(encoder, "then"), queries, services=services)


def test_comparing_changes_no_answer_and_spares_the_promotion_its_reading(filled):
    before = find_similar(RED, Filters(), 1, 36, services=filled)
    seen = []

    compare_model(
        model_of(NEW, "then"), 100, services=filled, progress=lambda *done: seen.append(done)
    )

    after = find_similar(RED, Filters(), 1, 36, services=filled)
    assert (after.hits, after.fingerprint) == (before.hits, OLD.fingerprint)
    assert seen[-1] == (36, 36)
    assert read_missing(model_of(NEW, "then"), services=filled) == 0
    assert verify(services=filled).drift == 0


def test_a_model_of_the_same_mind_changes_nothing(filled):
    found = compared(filled, COPY)

    assert (found.photos, found.same_category, found.queries) == (36, 36, 36)
    assert (found.changes, found.shared) == ((), 1.0)
    assert (found.before.own_categories, found.after.own_categories) == ((), ())


def test_every_photo_whose_category_would_change_is_counted(filled):
    found = compared(filled)

    # Shades are darker than grey but for none: weak + strong are at most 270 of 765.
    told = {(each.before, each.after): each.photos for each in found.changes}
    assert told == {("red", "dark"): 12, ("green", "dark"): 12, ("blue", "dark"): 12}
    assert found.same_category == 0
    assert found.changes[0].examples[0].sku == "RED-00"
    assert found.before.own_categories == ("red", "green", "blue")
    assert found.after.own_categories == ("light", "dark")


def test_what_people_decided_says_which_model_is_right(filled):
    for sku, category in (("RED-00", "red"), ("RED-01", "dark"), ("RED-02", "red")):
        label_product(sku, category, services=filled)

    found = compared(filled)

    assert (found.labelled, found.before.right, found.after.right) == (3, 2, 1)


def test_a_finer_name_is_the_same_category_and_no_change(filled):
    label_product("RED-00", "red", services=filled)
    finer = replace(model_of(NEW, "then"), tree={"dark": "red"})

    found = compare_model(finer, 100, services=filled)

    assert {(each.before, each.after): each.photos for each in found.finer} == {("red", "dark"): 12}
    assert {each.before for each in found.changes} == {"green", "blue"}
    assert (found.same_category, found.same_in_part) == (0, 12)
    assert found.after.right == 1  # "dark" is what that person called red, said more finely


def test_examples_are_of_different_products(shop):
    twice = product(shop, "TWICE", (250, 0, 0), (240, 0, 0))
    record_batch([twice, product(shop, "ONCE", (230, 0, 0))], services=shop)

    found = compared(shop)

    assert [(each.photos, [e.sku for e in each.examples]) for each in found.changes] == [
        (3, ["TWICE", "ONCE"])
    ]


def test_only_the_first_photo_of_a_labelled_product_counts(shop):
    record_batch([product(shop, "A", (250, 0, 0), (0, 0, 250), category="red")], services=shop)

    found = compared(shop)

    assert (found.photos, found.labelled, found.before.right) == (2, 1, 1)


def test_the_other_photo_of_a_product_says_which_embedding_is_right(filled):
    # As bright as each other and of different hues: only the one who reads brightness sees it.
    record_batch([product(filled, "TWINS", (200, 3, 3), (3, 3, 200))], services=filled)

    found = compared(filled)

    assert found.with_siblings == 2
    assert (found.before.first, found.after.first) == (0, 2)
    assert found.after.in_ten == 2


def test_the_nearest_products_leave_out_the_one_asked_about(filled):
    record_batch([product(filled, "TWINS", (200, 3, 3), (201, 3, 3))], services=filled)

    found = compared(filled)

    own = {each.photo.digest for each in found.furthest}
    for each in found.furthest:
        assert each.photo.digest not in each.before + each.after
        assert (len(each.before), len(each.after)) == (10, 10)
    assert len(own) == 6
    assert 0 < found.shared < 1


def test_the_same_photos_are_asked_about_each_time(filled):
    first, again = compared(filled, queries=5), compared(filled, queries=5)

    assert first.queries == 5
    assert first.furthest == again.furthest
    assert first.shared == again.shared


def test_a_catalogue_without_photos_has_nothing_to_compare_by(shop):
    with pytest.raises(NotReady, match="import products first"):
        compared(shop)


def test_a_model_is_not_compared_with_itself(filled):
    with pytest.raises(NotReady, match="answers now"):
        compared(filled, OLD)


def test_a_picture_that_is_gone_spoils_nothing(filled):
    digest = find_similar(RED, Filters(), 1, 1, services=filled).hits[0].product.digest
    filled.store.remove([digest])

    found = compared(filled)

    assert found.photos == 35


def test_the_page_shows_what_would_change(shop, tmp_path):
    sku = "<b>hat</b>"
    record_batch([product(shop, sku, (240, 1, 1)), *shop_records(shop)], services=shop)
    found = compared(shop)
    one = found.changes[0].examples[0]
    shop.store.remove([one.digest])

    write_page(found, tmp_path / "page.html", services=shop)

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "red → dark" in page
    assert page.count("data:image/png;base64,") > 100
    assert "no picture" in page
    assert one.sku == sku
    assert sku not in page
    assert "&lt;b&gt;hat&lt;/b&gt;" in page
    assert "http" not in page  # it needs nothing but itself


def test_a_page_that_cannot_be_written_is_told(filled, tmp_path):
    with pytest.raises(BadOutput, match="cannot be written"):
        write_page(compared(filled), tmp_path / "nowhere" / "page.html", services=filled)
