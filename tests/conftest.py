"""What tests share: a home folder, the services over it, and a small shop of real pictures."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import Services, build_services
from tests.fakes import MeanColourEncoder
from tests.file_server import file_servers
from tests.shop import shop_records

_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
hypothesis_settings.register_profile("local", deadline=None, suppress_health_check=_SLOW)
# A continuous integration run is to say the same of the same commit.
hypothesis_settings.register_profile(
    "ci", deadline=None, suppress_health_check=_SLOW, derandomize=True, database=None
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")

_LONG = (
    "tests/integration/training/",
    "tests/integration/server/",
    "tests/e2e/",
    "tests/integration/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest: at the end no core waits for another."""

    def place(item: pytest.Item) -> int:
        first = (n for n, folder in enumerate(_LONG) if item.nodeid.startswith(folder))
        return next(first, len(_LONG))

    items.sort(key=place)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose home is this test's own folder."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """The services over an empty catalogue, read by mean colour."""
    built = build_services(settings, MeanColourEncoder())
    yield built
    built.close()


@pytest.fixture
def filled(services: Services) -> Services:
    """The services over a shop of 36 products, 12 of each colour; see `tests.shop`."""
    record_batch(shop_records(services), services=services)
    return services


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start a real server over the answers given; gives its address."""
    with file_servers() as start:
        yield start
