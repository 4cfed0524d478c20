"""Writes over HTTP while another process writes: in time, or not at all."""

import sqlite3
import time
from contextlib import closing, contextmanager

import pytest

from service.database.haste import in_haste
from service.settings.environment import Settings
from service.stock.pictures import remove_unreferenced
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of
from tests.fakes import MeanColourEncoder, plain_photo, plain_picture
from tests.integration.web.writer import Writer
from tests.stock import fill, shades

AT = "/api/v1/products/R-000"


@pytest.fixture
def services(tmp_path):
    settings = Settings(home=tmp_path / "home", deadline_s=1)
    parts = build_services(settings, encoder=MeanColourEncoder())
    fill(parts, shades(3))
    yield parts
    parts.close()


@pytest.fixture
def writer(services):
    access = access_of(services)
    made = Writer(create_app(services, access), access)
    made.patch({"stock": 5}, AT)
    access.uses.wait()
    return made


@contextmanager
def another_writes(services):
    path = services.settings.database
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def once_there_is_time(ask):
    """Ask, again and again where a slow machine had no time for it before its deadline."""
    while (answer := ask()).status_code == 503:
        pass
    return answer


def test_what_is_told_to_come_again_is_not_done_later_over_what_came_then(writer, services):
    stored = set(services.store.digests())

    with another_writes(services):
        late = writer.patch({"stock": 9}, AT)
        picture = writer.put_photo(1, plain_picture((9, 9, 9)), AT)
    again = once_there_is_time(lambda: writer.patch({"stock": 2}, AT))

    assert (late.status_code, picture.status_code, again.status_code) == (503, 503, 200)
    assert "Retry-After" in late.headers
    told = writer.client.get(AT).get_json()
    assert (told["stock"], len(told["photos"])) == (2, 1)
    assert set(services.store.digests()) >= stored


def test_a_change_that_is_done_is_not_told_to_come_again_for_a_picture_too_many(services, caplog):
    digest = services.store.put(plain_photo((1, 2, 3)))

    with another_writes(services), in_haste(time.monotonic() + 0.05):
        removed = remove_unreferenced([digest], services=services)

    assert removed == []
    assert digest in services.store
    assert "left for lookalike verify --repair" in caplog.text
    assert remove_unreferenced([digest], services=services) == [digest]
