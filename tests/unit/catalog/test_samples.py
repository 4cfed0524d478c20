"""The pictures that a shopper may start from are of the largest categories, and clear ones."""

from dataclasses import replace

from catalog import cards
from catalog.labelling import Word
from service.finding.aisles import Aisle
from service.finding.browse import category_counts, samples
from service.stock.record import record_batch
from tests.shop import product


def read_as(services, sku, colour, confidence):
    """Make a red product of which the model is so sure."""
    made = product(services, sku, colour)
    [photo] = made.photos
    sure = replace(photo.reading, confidence=confidence)
    return replace(made, photos=(replace(photo, reading=sure),))


def chosen(services, most=8):
    found = samples(category_counts(services=services), most, services=services)
    return [(each.category, each.product.sku) for each in found]


def test_the_product_that_is_read_most_surely_stands_for_its_category(services):
    sureness = {"A": 0.5, "B": 0.9, "C": 0.7}
    record_batch(
        [
            read_as(services, sku, (200 + number, 0, 0), sure)
            for number, (sku, sure) in enumerate(sureness.items())
        ],
        services=services,
    )

    assert chosen(services) == [("red", "B")]


def test_a_persons_word_is_surer_than_any_reading(services):
    labelled = replace(read_as(services, "A", (200, 0, 0), 0.4), word=Word("red"))
    record_batch([labelled, read_as(services, "B", (210, 0, 0), 0.99)], services=services)

    assert chosen(services) == [("red", "A")]


def test_the_largest_categories_are_shown_by_name(services):
    colours = {"R1": (200, 0, 0), "G1": (0, 200, 0), "G2": (0, 210, 0), "B1": (0, 0, 200)}
    colours["B2"] = (0, 0, 210)
    record_batch([product(services, sku, rgb) for sku, rgb in colours.items()], services=services)

    assert [category for category, _ in chosen(services, most=2)] == ["blue", "green"]


def test_a_category_without_a_picture_is_left_out(services):
    record_batch([product(services, "A", category="Sock")], services=services)

    assert samples([Aisle("Sock", 1)], 8, services=services) == []


def test_only_the_newest_of_a_large_category_are_looked_through(services):
    record_batch(
        [read_as(services, f"A{n}", (200 + n, 0, 0), 0.9 - n / 100) for n in range(5)],
        services=services,
    )

    with services.database.reading() as session:
        card = cards.clearest(session, ["red"], among=2)

    assert card.sku == "A3"
