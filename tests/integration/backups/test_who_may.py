"""A restore opens no way in that was closed since the backup."""

from pathlib import Path

import pytest

from catalog.access.audit import Asked
from catalog.access.tables import AccountSession
from service.access import accounts, keys, log
from service.access.actor import at_the_machine
from service.access.keys import KeyWish
from service.access.sessions import Visit, sign_in, who_has
from service.backups import back_up, checked, restore
from service.errors import BadKey, WrongCredentials
from service.settings.environment import Settings
from service.wiring import build_services
from tests.doors import PASSWORD, access_of, member
from tests.fakes import MeanColourEncoder

HERE = Visit("192.0.2.1")
BY = at_the_machine()


def put_back(path, services):
    with checked(path, settings=services.settings) as backup:
        return restore(backup, services=services)


@pytest.fixture
def access(filled):
    return access_of(filled)


def test_who_was_removed_since_stays_out_and_who_came_since_stays_in(filled, access, tmp_path):
    path = tmp_path / "shop.tar"
    member("eve", "admin", access=access)
    key = keys.create_key(KeyWish("old", ("write",)), by=BY, access=access)
    back_up(path, services=filled)
    accounts.remove_account("eve", by=BY, access=access)
    keys.revoke_key(key.prefix, by=BY, access=access)
    session = member("ada", "admin", access=access)

    done = put_back(path, filled)

    assert done.keeps_accounts
    with pytest.raises(WrongCredentials):
        sign_in("eve", PASSWORD, visit=HERE, access=access)
    with pytest.raises(BadKey):
        keys.who_holds(key.key, address="192.0.2.1", origin=None, access=access)
    assert who_has(session, access=access).name == "ada"
    told = [each["action"] for each in log.entries(Asked(), database=filled.database)]
    assert "account.remove" in told


def test_a_new_machine_takes_the_accounts_of_the_backup_but_no_session(filled, access, tmp_path):
    path = tmp_path / "shop.tar"
    session = member("ada", "admin", access=access)
    link = accounts.add_account("bea", "viewer", 5, by=BY, access=access)
    back_up(path, services=filled)
    elsewhere = build_services(Settings(home=tmp_path / "new"), MeanColourEncoder())

    done = put_back(path, elsewhere)

    there = access_of(elsewhere)
    assert not done.keeps_accounts
    assert who_has(session, access=there) is None
    assert link.token
    assert {each.name: each.link_until for each in accounts.members(access=there)} == {
        "ada": None,
        "bea": None,
    }
    assert sign_in("ada", PASSWORD, visit=HERE, access=there).token
    elsewhere.close()


def test_an_id_of_an_account_that_is_gone_is_not_given_out_again(filled, access, tmp_path):
    path = tmp_path / "shop.tar"
    member("ada", "admin", access=access)
    back_up(path, services=filled)
    member("bea", "viewer", access=access)
    accounts.remove_account("bea", by=BY, access=access)

    put_back(path, filled)

    session = member("cleo", "viewer", access=access)
    assert who_has(session, access=access).id == 3


def test_a_backup_holds_no_token(filled, access, tmp_path: Path):
    path = tmp_path / "shop.tar"
    session = member("ada", "admin", access=access)
    key = keys.create_key(KeyWish("new", ("read",)), by=BY, access=access)
    with access.database.reading() as rows:
        assert rows.query(AccountSession).count() == 1

    back_up(path, services=filled)

    written = path.read_bytes()
    assert session.encode() not in written
    assert key.key.encode() not in written
    assert PASSWORD.encode() not in written
