from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import BadFilter
from catalog.filters import Filters
from service.finding.browse import products_page
from service.stock.record import record_batch
from tests.shop import product


def skus(wanted, services):
    page = products_page(wanted, 1, 100, services=services)
    assert page.total == len(page.products)
    return {each.sku for each in page.products}


@pytest.mark.parametrize(
    "broken",
    [
        {"min_price_cents": -1},
        {"max_price_cents": -5},
        {"max_price_cents": 2**63},
        {"min_price_cents": 200, "max_price_cents": 100},
        {"text": "x" * 201},
        {"text": "\ud800"},
        {"category": "\udfff"},
        {"colours": ("red", "\udfff")},
        {"colours": ("x" * 201,)},
    ],
)
def test_a_filter_that_nothing_can_satisfy_is_refused(broken):
    with pytest.raises(BadFilter):
        Filters(**broken)


def test_the_price_bounds_are_inclusive(filled):
    wanted = Filters(min_price_cents=1100, max_price_cents=1200)

    assert skus(wanted, filled) == {
        f"{colour}-{shade}" for colour in ("RED", "GREEN", "BLUE") for shade in ("01", "02")
    }


def test_what_is_sold_out_is_left_out_when_asked(filled):
    assert skus(Filters(in_stock=True, category="red"), filled) == {
        f"RED-{shade:02}" for shade in range(0, 12, 2)
    }


def test_a_product_on_sale_is_found_by_what_it_costs_now(services):
    for sku, price, sale in (("SALE", 2000, 900), ("DEARER", 2000, 2500), ("FREE", None, 900)):
        made = product(services, sku, (9, 9, 9), price_cents=price)
        made.facts["sale_price_cents"] = sale
        record_batch([made], services=services)

    assert skus(Filters(max_price_cents=1000), services) == {"SALE"}
    assert skus(Filters(min_price_cents=1500), services) == {"DEARER"}


def test_a_product_without_a_price_satisfies_no_bound(services):
    record_batch([product(services, "FREE", (9, 9, 9), price_cents=None)], services=services)

    assert skus(Filters(min_price_cents=0), services) == set()
    assert skus(Filters(), services) == {"FREE"}


def test_all_words_must_be_in_the_title(filled):
    assert skus(Filters(text="shirt RED 11"), filled) == {"RED-11"}
    assert skus(Filters(text="red blue"), filled) == set()


def test_a_sku_finds_its_product(filled):
    assert skus(Filters(text="BLUE-03"), filled) == {"BLUE-03"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("14691", {"14691-TAN-38", "14691_tan", "14691.9", "14691/9", "14691"}),
        ("14691-tan", {"14691-TAN-38"}),
        ("14691-tan-3", set()),
        ("1469", set()),
        ("tan", set()),
        ("été", {"Été-1"}),
    ],
)
def test_the_parts_that_a_sku_begins_with_find_its_product(services, text, found):
    numbers = ("14691-TAN-38", "14691_tan", "14691.9", "14691/9", "14691", "146911-TAN", "Été-1")
    items = [
        product(services, sku, (9, 9, shade), title="Shoe") for shade, sku in enumerate(numbers)
    ]
    record_batch(items, services=services)

    assert skus(Filters(text=text), services) == found


@pytest.mark.parametrize("sign", ["%", "_", "/", "\\", "'", '"'])
def test_signs_that_mean_something_to_sql_mean_themselves(services, sign):
    items = [
        product(services, "WITH", (9, 9, 9), title=f"50{sign} wool"),
        product(services, "WITHOUT", (9, 9, 8), title="505 wool"),
    ]
    record_batch(items, services=services)

    assert skus(Filters(text=f"50{sign}"), services) == {"WITH"}


@given(
    below=st.lists(st.sampled_from(["red", "green", "hat"]), max_size=2).map(tuple),
    category=st.none() | st.sampled_from(["red", "green", "hat"]),
    low=st.none() | st.integers(0, 2500),
    high=st.none() | st.integers(0, 2500),
    in_stock=st.booleans(),
    text=st.none()
    | st.sampled_from(["shirt", "1", "red 1", "RED-01", "red-01", "blue", "-", "%", "  "]),
)
def test_sql_agrees_with_the_plain_meaning_of_a_filter(
    filled, below, category, low, high, in_stock, text
):
    if low is not None and high is not None and low > high:
        low, high = high, low
    wanted = Filters(category, low, high, in_stock, text, below=below if category else ())
    everything: Sequence[Any] = products_page(Filters(), 1, 100, services=filled).products

    expected = {
        each.sku
        for each in everything
        if (category is None or each.category in (category, *below))
        and (low is None or each.price_cents >= low)
        and (high is None or each.price_cents <= high)
        and (not in_stock or each.stock > 0)
        and all(
            word.lower() in each.title.lower()
            or each.sku.lower() == word.lower()
            or each.sku.lower().startswith(f"{word.lower()}-")
            for word in (text or "").split()
        )
    }

    assert skus(wanted, filled) == expected
