"""A promotion and a rollback beside other promotions, and killed at any line."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from service.errors import NotReady
from service.models.registry import model_of
from service.promotion.forgetting import forget_model
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.never_drifts.killed import write_and_die
from tests.never_drifts.models import FIRST, SECOND, OtherWordsEncoder
from tests.shop import shop_records

THIRD = OtherWordsEncoder("third")


@pytest.fixture
def shop(settings):
    """A shop whose photos three models have read; the second has answered after the first."""
    built = build_services(settings, FIRST, others=[SECOND, THIRD])
    record_batch(shop_records(built), services=built)
    for encoder in (SECOND, THIRD):
        read_missing(model_of(encoder, encoder.fingerprint), services=built)
    promote_model(model_of(SECOND, "second"), services=built)
    yield built
    built.close()


class DatabaseMeanwhile:
    """The database, where once something else happens before a write gets its turn."""

    def __init__(self, database, happens):
        self.reading = database.reading
        self._database = database
        self._happens = happens

    def writing(self):
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return self._database.writing()


def meanwhile(shop, happens):
    return replace(shop, database=DatabaseMeanwhile(shop.database, happens))


def test_a_rollback_goes_to_the_model_before_the_one_that_answers_when_it_is_made(shop):
    def promote_third():
        promote_model(model_of(THIRD, "third"), services=shop)

    model = roll_back_model(services=meanwhile(shop, promote_third))

    assert (model.fingerprint, shop.model.fingerprint) == (SECOND.fingerprint, SECOND.fingerprint)


def test_a_rollback_beside_a_rollback_ends_where_one_of_them_does(shop):
    def roll_back():
        roll_back_model(services=shop)

    model = roll_back_model(services=meanwhile(shop, roll_back))

    assert model.fingerprint == shop.model.fingerprint == SECOND.fingerprint


@pytest.mark.parametrize("what", ["promote", "roll back"])
def test_a_kill_leaves_the_old_model_wholly_or_the_new_one(shop, what):
    killed = 0
    for after_ms in (0, 1, 2, 4, 8, 16):
        killed += write_and_die(shop.settings.home, what, after_s=after_ms / 1000)

        with shop.database.reading() as session:
            categories = session.execute(
                text(
                    "SELECT count(*) FROM product JOIN photo ON product_id = product.id"
                    " JOIN reading ON photo_id = photo.id AND label = model_category"
                    " WHERE fingerprint = :answers"
                ),
                {"answers": shop.model.fingerprint},
            ).scalar()
        assert categories == 36
        assert verify(services=shop).problems == ()
    assert killed  # else every kill came too late


def test_a_model_that_is_promoted_meanwhile_is_not_forgotten(shop):
    def promote_third():
        promote_model(model_of(THIRD, "third"), services=shop)

    with pytest.raises(NotReady, match="answers now"):
        forget_model(THIRD.fingerprint, services=meanwhile(shop, promote_third))
