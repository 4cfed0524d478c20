"""Which products are asked, in which order, and what a word does to the others."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from catalog.standings import Standing
from embeddings.model.rejection import DirectionRejection
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.review.asking import next_question
from service.review.figures import count_left, listed
from service.review.looking import look_at_all
from service.review.reasons import Reason, Surroundings, are_kin, opinion
from service.stock.changing import label_product, remove_products, take_back_label
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.integration.review.conftest import UNSURE
from tests.shop import product


def skus(services):
    return [each.sku for each in listed(100, services=services)]


def reasons(services):
    look_at_all(services=services)
    return {each.sku: each.reasons for each in listed(100, services=services)}


def test_only_those_of_which_the_model_is_unsure_are_asked(shop):
    assert sorted(skus(shop)) == sorted(UNSURE)
    assert count_left(services=shop) == 3


def test_an_empty_catalogue_asks_nothing(services, ada):
    assert next_question(by=ada, services=services) is None
    assert count_left(services=services) == 0


def test_the_shop_says_how_sure_is_sure_enough(shop):
    strict = build_services(replace(shop.settings, review_below=100), MeanColourEncoder())
    lax = build_services(replace(shop.settings, review_below=0), MeanColourEncoder())

    assert len(skus(strict)) == 6
    assert skus(lax) == []
    assert len(skus(shop)) == 3
    for each in (strict, lax):
        each.close()


def test_a_heap_of_things_alike_is_asked_before_a_more_doubtful_one_alone(services, ada):
    heap = {f"HEAP-{n}": (150, 135 + n, 10) for n in range(5)}
    lone = {"LONE": (0, 0, 0)}  # of three categories alike, and like nothing else
    items = [product(services, sku, colour) for sku, colour in {**lone, **heap}.items()]
    record_batch(items, services=services)
    look_at_all(services=services)

    found = {each.sku: each for each in listed(10, services=services)}

    assert found["LONE"].confidence < min(found[sku].confidence for sku in heap)
    assert skus(services)[-1] == "LONE"
    question = next_question(by=ada, services=services)
    assert question is not None
    assert question.product.sku in heap


def test_people_who_call_its_neighbours_otherwise_bring_a_product_into_the_queue(services):
    reds = [product(services, f"RED-{n}", (250 - n, 10, 10)) for n in range(4)]
    record_batch(reds, services=services)
    assert skus(services) == []

    for n in (0, 1):
        label_product(f"RED-{n}", "hat", services=services)

    assert reasons(services) == {"RED-2": ("neighbours",), "RED-3": ("neighbours",)}
    label_product("RED-0", "red", services=services)
    label_product("RED-1", "red", services=services)
    assert reasons(services) == {}


def test_what_is_taken_for_no_garment_is_asked_however_sure_the_model_is():
    green_is_none = DirectionRejection(2.0, (0.0, -20.0, 0.0, 0.0), 0.5, 0.5)
    model = replace(model_of(MeanColourEncoder(), "tiny"), rejection=green_is_none)
    sure = Standing(None, None, None, "green", 0.99)
    green, red = np.eye(4, dtype=np.float32)[[1, 0]]

    of_green = opinion(model, Surroundings(green, ()), sure, {}, below=0.8)
    of_red = opinion(model, Surroundings(red, ()), sure, {}, below=0.8)

    assert of_green.reasons == (Reason.NOT_A_GARMENT,)
    assert of_green.garment == pytest.approx(0, abs=1e-6)
    assert of_green.worth == pytest.approx(0.5)
    assert of_red.reasons == ()


def test_a_category_and_what_it_belongs_to_are_no_disagreement():
    tree = {"Jeans": "Trousers", "Trousers": "Clothes"}

    assert are_kin(tree, "Jeans", "clothes")
    assert are_kin(tree, "Trousers", "Jeans")
    assert are_kin(tree, "Kaftan", "KAFTAN")
    assert not are_kin(tree, "Jeans", "Skirt")
    assert not are_kin(tree, None, "Skirt")


def test_the_queue_follows_imports_edits_and_removals(shop, ada):
    assert len(skus(shop)) == 3

    record_batch([product(shop, "MUD-4", (121, 111, 101))], services=shop)
    record_batch([product(shop, "MUD-1", (250, 10, 12))], services=shop)  # another picture
    label_product("MUD-2", "red", services=shop)
    assert sorted(skus(shop)) == ["MUD-3", "MUD-4"]

    remove_products(["MUD-3"], services=shop)
    take_back_label("MUD-2", services=shop)
    label_product("MUD-4", None, services=shop)  # a person leaves it to the model
    assert skus(shop) == ["MUD-2"]


def test_a_price_changes_nothing_in_the_queue(shop):
    look_at_all(services=shop)
    before = listed(10, services=shop)

    record_batch([product(shop, "MUD-1", UNSURE["MUD-1"], price_cents=7)], services=shop)

    assert listed(10, services=shop) == before


class Surer(MeanColourEncoder):
    """Is sure of everything."""

    def __init__(self):
        super().__init__("surer")

    def _read(self, photo):
        reading = super()._read(photo)
        sure = np.zeros(3, dtype=np.float32)
        sure[int(reading.probabilities.argmax())] = 1
        return replace(reading, probabilities=sure)


def test_another_model_asks_of_what_it_is_unsure_itself(shop):
    assert len(skus(shop)) == 3
    surer = Surer()
    with closing(build_services(shop.settings, MeanColourEncoder(), others=[surer])) as beside:
        model = beside.models.of(surer.fingerprint, "surer")
        read_missing(model, services=beside)
        promote_model(model, services=beside)
        after = skus(beside)
        roll_back_model(services=beside)

        assert after == []
        assert sorted(skus(beside)) == sorted(UNSURE)
