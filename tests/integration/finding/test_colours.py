"""The colour that a model reads in a photo: kept, promoted, filtered by, proven."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from catalog.exported import stream_products
from catalog.filters import Filters
from catalog.schema import MIGRATIONS
from service.database.sessions import Database
from service.finding.browse import product_by_sku, products_page
from service.finding.search import find_similar
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import COLOURS, MeanColourEncoder, plain_photo
from tests.shop import product, shop_records

RED, BLUE, DARK = (250, 10, 10), (10, 10, 250), (20, 20, 30)
GREY = MeanColourEncoder("grey")
COLOUR = MeanColourEncoder("colour", colours=COLOURS)


@pytest.fixture
def shop(settings):
    """A shop of 36 products whose model tells colours; another model tells none."""
    built = build_services(settings, COLOUR, others=[GREY])
    record_batch(shop_records(built), services=built)
    yield built
    built.close()


def colour_of(services, sku):
    found = product_by_sku(sku, services=services)
    return found.colour, found.colour_confidence


def skus(services, wanted):
    page = products_page(wanted, 1, 100, services=services)
    hits = find_similar(plain_photo(RED), wanted, 1, 100, services=services)
    assert {hit.product.sku for hit in hits.hits} == {each.sku for each in page.products}
    assert hits.total == page.total
    return {each.sku for each in page.products}


def test_a_product_has_the_colour_of_its_first_photo(shop):
    record_batch([product(shop, "A", BLUE, RED), product(shop, "B", DARK)], services=shop)

    assert colour_of(shop, "A") == ("blue", pytest.approx(1, abs=1e-3))
    assert colour_of(shop, "B")[0] == "black"


def test_turning_the_photos_round_changes_the_colour(shop):
    record_batch([product(shop, "A", BLUE, RED)], services=shop)

    record_batch([product(shop, "A", RED, BLUE)], services=shop)

    assert colour_of(shop, "A")[0] == "red"
    assert verify(services=shop).drift == 0


def test_a_product_without_a_photo_and_a_model_without_colours_have_none(settings):
    services = build_services(settings, GREY)
    record_batch([product(services, "A", RED), product(services, "B")], services=services)

    assert colour_of(services, "A") == colour_of(services, "B") == (None, None)
    assert verify(services=services).problems == ()
    services.close()


def test_several_colours_are_one_or_the_other(shop):
    red, blue = ({f"{name}-{n:02}" for n in range(12)} for name in ("RED", "BLUE"))

    assert skus(shop, Filters(colours=("red",))) == red
    assert skus(shop, Filters(colours=("red", "blue"))) == red | blue
    assert skus(shop, Filters(colours=("pink",))) == set()


def test_a_colour_and_the_other_filters_must_all_hold(shop):
    wanted = Filters(colours=("red", "blue"), max_price_cents=1100, in_stock=True)

    assert skus(shop, wanted) == {"RED-00", "BLUE-00"}


def test_a_promotion_brings_the_colours_and_a_rollback_takes_them_back(settings):
    services = build_services(settings, GREY, others=[COLOUR])
    record_batch(shop_records(services), services=services)
    read_missing(model_of(COLOUR, "colour"), services=services)
    assert colour_of(services, "RED-00") == (None, None)

    promote_model(model_of(COLOUR, "colour"), services=services)
    promoted = colour_of(services, "RED-00")
    roll_back_model(services=services)

    assert promoted[0] == "red"
    assert colour_of(services, "RED-00") == (None, None)
    assert verify(services=services).drift == 0
    services.close()


def test_a_photo_searched_by_tells_its_colour(shop):
    found = find_similar(plain_photo(DARK), Filters(), 1, 5, services=shop)

    assert found.colour.name == "black"
    assert 0.5 < found.colour.confidence <= 1
    assert {hit.product.colour for hit in found.hits} <= set(COLOURS)


def test_an_export_row_has_colour_and_confidence(shop):
    with shop.database.reading() as session:
        first = next(stream_products(session))

    assert (first.colour, first.colour_confidence) == ("red", pytest.approx(1, abs=1e-3))


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("UPDATE product SET colour = 'pink' WHERE id = 3", "category not as read"),
        ("UPDATE reading SET colour = NULL WHERE photo_id = 3", "colour not read"),
    ],
)
def test_a_colour_that_was_never_read_is_found_and_read_again(shop, damage, kind):
    with shop.database.writing() as session:
        session.execute(text(damage))

    found = verify(services=shop)
    report = verify(services=shop, repair=True)

    assert kind in {each.kind.value for each in found.problems}
    assert report.problems == ()
    assert skus(shop, Filters(colours=("red",))) == {f"RED-{n:02}" for n in range(12)}


def test_a_catalogue_of_the_first_release_opens_without_colours(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO product (sku, title, stock, model_category, created_at, updated_at)"
                " VALUES ('A', 'A', 0, 'red', '2026-01-01', '2026-01-01')"
            )
        )
    engine.dispose()
    database = Database(path)

    with database.reading() as session:
        row = session.execute(text("SELECT sku, category, colour FROM product")).one()

    database.close()
    assert tuple(row) == ("A", "red", None)
