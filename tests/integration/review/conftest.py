"""A shop in which it can be read off the colours what wants a look, and two people to look."""

import shutil
from contextlib import closing

import pytest

from catalog.access.terms import ActorKind, Role
from service.access.actor import Actor
from service.settings.environment import Settings
from service.stock.changing import remove_products
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.shop import product

UNSURE = {"MUD-1": (120, 110, 100), "MUD-2": (125, 100, 90), "MUD-3": (118, 112, 104)}
SURE = {"RED-1": (250, 10, 10), "GREEN-1": (10, 250, 10), "BLUE-1": (10, 10, 250)}


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The home of that shop, filled once; every test has a copy."""
    home = tmp_path_factory.mktemp("made") / "home"
    with closing(build_services(Settings(home=home), MeanColourEncoder())) as services:
        items = {**UNSURE, **SURE}
        record_batch([product(services, *each) for each in items.items()], services=services)
    return home


@pytest.fixture
def shop(made, tmp_path):
    """Three products of which the model is unsure, and three of which it is sure."""
    shutil.copytree(made, tmp_path / "home")
    with closing(build_services(Settings(home=tmp_path / "home"), MeanColourEncoder())) as services:
        yield services


@pytest.fixture
def services(shop):
    """The services over a shop without products."""
    remove_products([*UNSURE, *SURE], services=shop)
    return shop


@pytest.fixture
def ada():
    return Actor(ActorKind.ACCOUNT, "ada", 1, Role.EDITOR)


@pytest.fixture
def bob():
    return Actor(ActorKind.ACCOUNT, "bob", 2, Role.EDITOR)
