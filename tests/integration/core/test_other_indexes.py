"""The whole service on other indexes than its own: the change feed drives any."""

import pytest

from catalog.filters import Filters
from embeddings.indexes.kinds import ApproximateIndexes
from service.finding.like_product import find_like_product
from service.finding.search import find_similar
from service.stock.changing import remove_products
from service.stock.record import finish_import, record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.oracle import BruteForceIndexes
from tests.settled import SettledIndexes
from tests.shop import product

RED = plain_photo((250, 10, 10))
ASKED = (Filters(), Filters(category="red"), Filters(in_stock=True))


@pytest.fixture(params=[BruteForceIndexes, SettledIndexes])
def other(request, filled):
    """The same shop, standing on another index."""
    built = build_services(filled.settings, MeanColourEncoder(), index_kind=request.param())
    yield built
    built.close()


def answers(services):
    """Give all pages of some searches."""
    told = []
    for wanted in ASKED:
        for page in (1, 2, 3, 4):
            alike = find_similar(RED, wanted, page, 10, services=services)
            like = find_like_product("RED-03", wanted, page, 10, services=services)
            told += [
                (found.total, [(hit.product.sku, hit.cosine) for hit in found.hits])
                for found in (alike, like)
            ]
    return told


def test_answers_are_those_of_the_exact_index(filled, other):
    assert answers(other) == answers(filled)


def test_every_change_is_followed(filled, other):
    answers(other)
    remove_products(["RED-00", "BLUE-01"], services=filled)
    record_batch([product(filled, "NEW", (250, 9, 9))], services=other)

    told = answers(other)

    assert told == answers(filled)
    assert told[0][1][0][0] == "NEW"
    assert other.index.drift() == 0
    assert verify(services=other).problems == ()


def test_a_snapshot_of_another_kind_is_started_from_or_built_anew(filled, other):
    finish_import(services=other)
    other.index.forget()
    other.index.save_snapshot()
    again = build_services(filled.settings, MeanColourEncoder(), index_kind=other.index_kind)

    told = [answers(each) for each in (again, filled)]
    again.close()

    assert told[0] == told[1]


def test_a_server_makes_lists_beside_its_searches_and_keeps_them(filled):
    kind = ApproximateIndexes(smallest=10)
    server = build_services(filled.settings, MeanColourEncoder(), index_kind=kind)
    server.warm_up()
    server.index.wait_until_settled()
    after = build_services(filled.settings, MeanColourEncoder(), index_kind=kind)

    with after.index.searching() as (_, view):
        settled_at_start = view.index.is_settled
    told = [answers(each) for each in (after, filled)]
    after.close()
    server.close()

    assert settled_at_start
    assert told[0] == told[1]


def test_a_command_leaves_the_lists_to_the_server(filled):
    kind = ApproximateIndexes(smallest=10)
    command = build_services(filled.settings, MeanColourEncoder(), index_kind=kind)
    finish_import(services=command)

    with command.index.searching() as (_, view):
        settled = view.index.is_settled
    command.close()

    assert not settled
