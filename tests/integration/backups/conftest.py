"""What the tests of backups share: a shop, its backup, and what a shop holds."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from service.backups import back_up, checked, restore
from service.stock.changing import label_product
from service.wiring import build_services
from tests.fakes import MeanColourEncoder

_TABLES = {
    "product": "SELECT * FROM product ORDER BY id",
    "photo": "SELECT * FROM photo ORDER BY id",
    "reading": "SELECT * FROM reading ORDER BY photo_id, fingerprint",
    # Not its mark: a restore gives each another.
    "change": "SELECT number, kind, photo_id FROM change ORDER BY number",
    "promotion": "SELECT * FROM promotion ORDER BY id",
}


def contents(services):
    """Give all that a shop holds, to compare it with another's."""
    with services.database.reading() as session:
        found = {name: session.execute(text(sql)).all() for name, sql in _TABLES.items()}
    digests = {row.digest for row in found["photo"]}
    return found | {"pictures": {each: services.store.read_bytes(each) for each in digests}}


def put_back(path, services):
    """Restore a backup, as the command does."""
    with checked(path, settings=services.settings) as backup:
        return restore(backup, services=services)


@pytest.fixture
def shop(filled):
    label_product("RED-00", "hat", services=filled)
    return filled


@pytest.fixture
def backup(shop, tmp_path):
    """A backup of the shop."""
    back_up(tmp_path / "shop.tar", services=shop)
    return tmp_path / "shop.tar"


@pytest.fixture
def another(settings, tmp_path):
    """The parts over an empty home of another place."""
    built = build_services(replace(settings, home=tmp_path / "another"), MeanColourEncoder())
    yield built
    built.close()
