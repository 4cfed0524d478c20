"""The demonstration shop: filled from real articles, once."""

import itertools

import pytest

from catalog.filters import Filters
from embeddings.datasets.fashion_mnist import LABELS, load_part
from embeddings.errors import DatasetUnavailable
from service.demo.articles import article_pictures, fill, is_filled
from service.errors import OwnCatalogue
from service.finding.browse import product_by_sku, products_page
from service.stock.record import record_batch
from service.upkeep.verify import verify
from tests.shop import product


@pytest.fixture(autouse=True)
def _articles():
    try:
        load_part("test")
    except DatasetUnavailable as error:
        pytest.skip(f"Fashion-MNIST is not to be had: {error}")


def test_articles_become_products_with_their_own_pictures(services):
    added = fill(3, services=services)

    product = product_by_sku("FM-00002", services=services)
    stored = services.store.open(product.photos[0].digest)
    assert added == 3
    assert product.title == f"{LABELS[load_part('test').labels[1]]} no. 2"
    assert (stored.pixels[:, :, 0] == article_pictures(2)[1]).all()


def test_a_second_run_adds_nothing(services):
    fill(20, services=services)

    again = fill(20, services=services)

    assert again == 0
    assert is_filled(20, services=services)
    assert products_page(Filters(), 1, 1, services=services).total == 20


def test_an_interrupted_run_goes_on_where_it_stopped(services):
    class Interrupted(Exception):
        pass

    calls = itertools.count()

    def stop_at_second_call(done, _total):
        if done and next(calls) == 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        fill(1200, services=services, progress=stop_at_second_call)
    before = products_page(Filters(), 1, 1, services=services).total

    added = fill(1200, services=services)

    assert 0 < before < 1200
    assert added == 1200 - before
    assert verify(services=services).drift == 0


def test_more_articles_are_added_to_those_there(services):
    fill(10, services=services)

    added = fill(25, services=services)

    assert added == 15


def test_fewer_articles_than_there_are_change_nothing(services):
    fill(25, services=services)

    assert fill(10, services=services) == 0
    assert products_page(Filters(), 1, 1, services=services).total == 25


def test_a_shops_own_catalogue_is_left_alone(services):
    record_batch([product(services, "OWN-1", title="A shirt of ours")], services=services)

    with pytest.raises(OwnCatalogue, match="--home"):
        fill(10, services=services)

    assert products_page(Filters(), 1, 1, services=services).total == 1
