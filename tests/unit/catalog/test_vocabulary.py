from contextlib import closing

import pytest
from sqlalchemy import text

from catalog.errors import BadRow
from catalog.labelling import Word
from catalog.stored import ProductRecord
from catalog.vocabulary import Meaning, Vocabulary
from service.access.actor import at_the_machine
from service.finding.browse import product_by_sku
from service.settings.environment import Settings
from service.stock.changing import label_product, remove_products, take_back_label
from service.stock.meanings import map_category
from service.stock.record import record_batch
from service.wiring import build_services
from tests.shop import shop_records
from tests.tiny_bundle import make_bundle

KNOWN = ("T-Shirt", "Tops", "Dress", "Shoes", "Shirt", "Longsleeve", "Hat", "Röcke")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("Tshirts", "T-Shirt"),
        ("T Shirt", "T-Shirt"),
        ("Tpos", "Tops"),
        ("Top", "Tops"),
        ("Dresses", "Dress"),
        ("Dres", "Dress"),
        ("Dreses", "Dress"),
        ("Shoess", "Shoes"),
        ("Shoe", "Shoes"),
        ("Skirt", "Shirt"),
        ("Long sleeve", "Longsleeve"),
        ("Longsleve", "Longsleeve"),
        ("Rocke", None),  # the same, but for what a keyboard lacks
        ("hat", None),
        ("HAT", None),
        ("Bat", None),
        ("Trousers", None),
        ("Casual Shoes", None),
        ("Bag", None),
        ("手袋", None),
    ],
)
def test_a_word_is_questioned_if_it_is_nearly_a_known_one(word, near):
    assert Vocabulary(KNOWN).near(word) == near


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("Tshirts", "T-Shirt"),
        ("t shirt", "T-Shirt"),
        ("Dresses", "Dress"),
        ("Top", "Tops"),
        ("Scarves", "Scarf"),
        ("Gloves", "Glove"),
        ("Accessories", "Accessory"),
        ("Watches", "Watch"),
        ("Shirts", "Shirt"),  # though Skirt comes first and is one letter away
        ("Dres", None),
        ("Tpos", None),
        ("watch", None),  # known as it is
        ("Stockings", None),
    ],
)
def test_a_plural_or_a_sign_makes_no_other_word(word, same):
    known = Vocabulary(("Skirt", *KNOWN, "Scarf", "Glove", "Accessory", "Watch", "Socks"))

    assert known.same(word) == same
    if same is not None:
        assert known.near(word) == same


def test_a_word_means_what_was_said_or_the_known_category_that_it_is():
    known = Vocabulary(KNOWN, [Meaning("Tees", "T-Shirt"), Meaning("Skirt", "Skirt")])

    meant = [known.meaning(word) for word in ("TEES", "dress", "Ro\u0308cke", "Cape", "skirt")]

    assert meant == ["T-Shirt", "Dress", "Röcke", "Cape", "Skirt"]
    assert known.near("Skirt") is None


def test_words_are_taken_for_what_they_mean_in_every_batch(filled):
    map_category("Tees", "T-Shirt", by=at_the_machine(), services=filled)
    items = [ProductRecord(f"RED-0{n}", word=Word(w)) for n, w in enumerate(("tees", "GREEN"))]

    first = record_batch(items, services=filled)
    again = record_batch(items, services=filled)

    assert first.updated == ("RED-00", "RED-01")
    assert again.unchanged == ("RED-00", "RED-01")
    assert product_by_sku("RED-00", services=filled).category == "T-Shirt"
    assert product_by_sku("RED-01", services=filled).category == "green"  # as the model writes it


def test_of_two_new_words_in_a_batch_the_second_is_questioned(filled):
    items = [ProductRecord(f"RED-0{n}", word=Word(w)) for n, w in enumerate(("Tops", "Tpos"))]

    outcome = record_batch(items, services=filled)

    [(sku, note)] = outcome.notes
    assert sku == "RED-01"
    assert "'Tpos' is new and nearly 'Tops'" in note
    assert outcome.updated == ("RED-00", "RED-01")


def test_a_word_that_is_given_a_meaning_renames_what_people_called_so(filled):
    for number, word in enumerate(("Tees", "tees", "Coat")):
        label_product(f"RED-0{number}", word, services=filled)

    renamed = map_category("TEES", "T-Shirt", by=at_the_machine(), services=filled)

    held = [product_by_sku(f"RED-0{n}", services=filled).category for n in range(4)]
    assert renamed.products == 2
    assert held == ["T-Shirt", "T-Shirt", "Coat", "red"]


def test_no_word_stands_for_one_that_stands_for_another(filled):
    map_category("Skirt", "Skirt", by=at_the_machine(), services=filled)
    map_category("Rock", "Skirt", by=at_the_machine(), services=filled)

    with pytest.raises(BadRow, match="'rock' stands for 'Skirt' itself: name that"):
        map_category("Jupe", "rock", by=at_the_machine(), services=filled)
    with pytest.raises(BadRow, match="'Rock' stands for 'skirt': unmap that first"):
        map_category("skirt", "Dress", by=at_the_machine(), services=filled)

    map_category("ROCK", "Dress", by=at_the_machine(), services=filled)
    map_category("Skirt", "Dress", by=at_the_machine(), services=filled)


def test_words_are_taken_back_one_by_one_whoever_said_them(filled):
    record_batch([ProductRecord("RED-00", word=Word("Coat"))], services=filled)
    label_product("RED-00", "Gown", services=filled)
    label_product("RED-00", None, services=filled)

    held = []
    while take_back_label("RED-00", services=filled) is not None:
        held.append(product_by_sku("RED-00", services=filled).human_category)

    assert held == ["Gown", "Coat", None]


def test_what_was_said_of_a_product_goes_with_it(filled):
    label_product("RED-00", "Gown", services=filled)
    label_product("RED-00", "Coat", services=filled)

    remove_products(["RED-00"], services=filled)

    with filled.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM earlier_word")) == 0


@pytest.mark.parametrize(
    ("word", "near"),
    [("Shose", "Shoes"), ("shoe", "Shoes"), ("Shoes", None), ("Heals", "Heels"), ("Kaftan", None)],
)
def test_a_branch_of_a_tree_may_be_what_was_meant(word, near):
    known = Vocabulary(("Heels", "Sandals"))

    assert known.near(word, ("Bags", "Shoes")) == near


def test_what_nearly_is_a_branch_of_the_models_tree_is_asked_about(tmp_path):
    make_bundle(
        tmp_path / "bundle",
        labels=("Heels", "Sandals"),
        tree=dict.fromkeys(("Heels", "Sandals"), "Shoes"),
    )
    settings = Settings(home=tmp_path / "home", bundle=str(tmp_path / "bundle"))
    with closing(build_services(settings)) as services:
        record_batch(shop_records(services), services=services)
        sku = "RED-00"

        with pytest.raises(BadRow, match="'Shose', but 'Shoes' is nearly that"):
            label_product(sku, "Shose", services=services, is_new=False)
        label_product(sku, "Shoes", services=services, is_new=False)

        assert product_by_sku(sku, services=services).category == "Shoes"
