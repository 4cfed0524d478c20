"""What the staff type into the search of the stock finds all that is meant by it."""

import pytest

from catalog.stock_filters import StockFilters
from catalog.stock_order import Order
from catalog.stored import ProductFacts, ProductRecord
from service.access.actor import at_the_machine
from service.settings.environment import Settings
from service.stock.changing import label_product
from service.stock.meanings import map_category
from service.stock.record import record_batch
from service.stockroom.listing import listed
from service.wiring import build_services
from tests.shop import product
from tests.tiny_bundle import COLOUR, COLOUR_NAMES, make_bundle

FACTS: dict[str, ProductFacts] = {
    "A-1": {
        "brand": "Écru Maison",
        "style": "LIN-9",
        "shop_colour": "Nachtblau",
        "size": "M",
        "gender": "women",
    },
    "B-2": {"brand": "Acme", "size": "3XL", "gender": "men"},
}
LABELS, TREE = ("Sandal", "Boot", "Hat"), {"Sandal": "Shoes", "Boot": "Shoes"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Two products that have next to nothing in common; the model sees one red, and one blue."""
    folder = tmp_path_factory.mktemp("words")
    bundle = folder / "bundle"
    make_bundle(bundle, labels=LABELS, spec=COLOUR, colours=COLOUR_NAMES, tree=TREE)
    services = build_services(Settings(home=folder / "home", bundle=str(bundle)))
    colours = {"A-1": (250, 5, 5), "B-2": (5, 5, 250)}
    items = [product(services, sku, colours[sku], title=f"Thing {sku[0]}") for sku in FACTS]
    record_batch(items, services=services)
    record_batch([ProductRecord(sku, facts) for sku, facts in FACTS.items()], services=services)
    map_category("Bonnet", "Hat", by=at_the_machine(), services=services)
    label_product("A-1", "Hat", services=services)
    label_product("B-2", "Sandal", services=services)
    yield services
    services.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("thing", {"A-1", "B-2"}),  # title
        ("b-2", {"B-2"}),  # SKU
        ("ecru", {"A-1"}),  # brand
        ("lin", {"A-1"}),  # style
        ("NACHTBLAU", {"A-1"}),  # the shop's colour
        ("red", {"A-1"}),  # the colour that the model sees
        ("blue", {"B-2"}),
        ("hat", {"A-1"}),  # category
        ("bonnet", {"A-1"}),  # the shop's word for it
        ("shoe", {"B-2"}),  # what it belongs to
        ("men", {"B-2"}),  # and not women
        ("3xl", {"B-2"}),  # size
        ("xl", set()),
        ("thing red hat maison", {"A-1"}),
        ("red sandal", set()),
        ("%", set()),
    ],
)
def test_a_word_is_found_in_all_that_is_said_of_a_product(shop, words, expected):
    page = listed(StockFilters(words=words), Order(), None, services=shop)

    assert {row.sku for row in page.rows} == expected
    assert page.total == len(expected)
