"""What tests share: a home folder, the services over it, and a small shop of real pictures."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import tests.compiled_sql  # noqa: F401 -- what it does is wanted
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import Services, build_services
from tests.fakes import MeanColourEncoder
from tests.file_server import file_servers
from tests.shop import shop_records

# Of TensorFlow, before it is loaded: files run beside each other, and a core each is what there is.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
hypothesis_settings.register_profile("local", deadline=None, suppress_health_check=_SLOW)
# A continuous integration run is to say the same of the same commit.
hypothesis_settings.register_profile(
    "ci", deadline=None, suppress_health_check=_SLOW, derandomize=True, database=None
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")

# What takes long begins first, and at the end no core waits for another. Files of folders that
# stand together take turns: one of them computes, and the other waits for its servers.
_LONG = (
    ("tests/integration/training/", "tests/integration/server/"),
    ("tests/e2e/",),
    ("tests/unit/training/",),
    ("tests/integration/",),
)
_MORE_THAN_CORES = 1  # a test of processes waits for them a good part of its time


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Run one file of tests more than there are cores, unless told otherwise."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + _MORE_THAN_CORES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    places: dict[Path, tuple[int, int]] = {}
    files_of: Counter[str] = Counter()
    for item in items:
        if item.path not in places:
            group, folder = _found(item.nodeid)
            places[item.path] = group, files_of[folder]
            files_of[folder] += group < len(_LONG)  # the others stay as they are
    items.sort(key=lambda item: places[item.path])


def pytest_collection_finish() -> None:
    """Have no collection of garbage look again through what stays until the end."""
    gc.collect()
    gc.freeze()


def _found(nodeid: str) -> tuple[int, str]:
    for number, folders in enumerate(_LONG):
        for folder in folders:
            if nodeid.startswith(folder):
                return number, folder
    return len(_LONG), ""


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


@pytest.fixture(scope="session")
def home_of_a_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a shop of 36 products, which nobody uses: each test has a copy of its own."""
    home = tmp_path_factory.mktemp("shop") / "home"
    with closing(build_services(Settings(home=home), MeanColourEncoder())) as services:
        record_batch(shop_records(services), services=services)
    return home


@pytest.fixture
def filled(services: Services, home_of_a_shop: Path) -> Services:
    """The services over a shop of 36 products, 12 of each colour; see `tests.shop`."""
    if services.settings.home.exists():  # with other things in it
        record_batch(shop_records(services), services=services)
    else:
        copytree(home_of_a_shop, services.settings.home)
    return services


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start a real server over the answers given; gives its address."""
    with file_servers() as start:
        yield start
