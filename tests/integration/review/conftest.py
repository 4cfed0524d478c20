"""A shop in which it can be read off the colours what wants a look, and two people to look."""

import pytest

from catalog.access.terms import ActorKind, Role
from service.access.actor import Actor
from service.stock.record import record_batch
from tests.shop import product

UNSURE = {"MUD-1": (120, 110, 100), "MUD-2": (125, 100, 90), "MUD-3": (118, 112, 104)}
SURE = {"RED-1": (250, 10, 10), "GREEN-1": (10, 250, 10), "BLUE-1": (10, 10, 250)}


@pytest.fixture
def shop(services):
    """Three products of which the model is unsure, and three of which it is sure."""
    items = {**UNSURE, **SURE}
    record_batch([product(services, *each) for each in items.items()], services=services)
    return services


@pytest.fixture
def ada():
    return Actor(ActorKind.ACCOUNT, "ada", 1, Role.EDITOR)


@pytest.fixture
def bob():
    return Actor(ActorKind.ACCOUNT, "bob", 2, Role.EDITOR)
