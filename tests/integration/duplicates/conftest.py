"""A shop whose pictures have something to see on them, so that one can be known again."""

import pytest

from service.stock import portions
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.patterns import garment
from tests.stock_of_pictures import PictureEncoder, product_of


@pytest.fixture
def services(settings):
    """The services over an empty catalogue, read by what is to be seen."""
    built = build_services(settings, PictureEncoder(), others=[MeanColourEncoder()])
    yield built
    built.close()


@pytest.fixture
def put(services):
    """Put a product with these pictures into the catalogue."""

    def put(sku, *photos, **facts):
        record_batch([product_of(services, sku, *photos, **facts)], services=services)

    return put


@pytest.fixture
def step_by_step(monkeypatch):
    """Have no time for a second step in a transaction."""
    monkeypatch.setattr(portions, "LONGEST_S", 0)


@pytest.fixture
def shop(services, put):
    """A shop of four products that have nothing in common: A, B, C and D."""
    for number, sku in enumerate("ABCD"):
        put(sku, garment(number))
    return services
