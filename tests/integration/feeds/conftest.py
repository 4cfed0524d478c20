"""A supplier's server, and services that may ask it."""

from dataclasses import replace

import pytest

from service.wiring import build_services
from tests import picture_server as plays
from tests.fakes import MeanColourEncoder
from tests.integration.feeds.supplier import PICTURE


@pytest.fixture
def server():
    with plays.picture_server() as server:
        server.answers["/red.png"] = plays.tagged(PICTURE, '"red"')
        yield server


@pytest.fixture
def services(settings, server):
    allowed = replace(settings, fetch_private=f"127.0.0.1:{server.port}", fetch_rate=1000)
    built = build_services(allowed, MeanColourEncoder())
    yield built
    built.close()
