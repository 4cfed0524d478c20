"""A real application over a real catalogue; only the network is a stand-in."""

from contextlib import closing
from shutil import copytree

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of
from tests.fakes import MeanColourEncoder
from tests.integration.web.writer import Writer
from tests.stock import fill, shades


@pytest.fixture
def empty_services(tmp_path):
    settings = Settings(home=tmp_path / "home", per_page=6, max_upload_mb=1)
    parts = build_services(settings, encoder=MeanColourEncoder())
    yield parts
    parts.close()


@pytest.fixture(scope="session")
def home_of_shades(tmp_path_factory):
    """The home of a shop of 30 shades, which nobody uses: each test has a copy of its own."""
    home = tmp_path_factory.mktemp("shades") / "home"
    with closing(build_services(Settings(home=home), MeanColourEncoder())) as parts:
        fill(parts, shades(30))
    return home


@pytest.fixture
def services(empty_services, home_of_shades):
    copytree(home_of_shades, empty_services.settings.home)
    return empty_services


@pytest.fixture
def access(services):
    return access_of(services)


@pytest.fixture
def app(services, access):
    return create_app(services, access)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def writer(app, access):
    return Writer(app, access)


@pytest.fixture
def empty_client(empty_services):
    return create_app(empty_services).test_client()
