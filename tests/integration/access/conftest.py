"""A real application with accounts and keys, whose clock is set by hand."""

import pytest

from service.web.app import create_app
from tests.doors import Clock, access_of


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def access(services, clock):
    return access_of(services, clock)


@pytest.fixture
def app(services, access):
    return create_app(services, access)


@pytest.fixture
def client(app):
    return app.test_client()
