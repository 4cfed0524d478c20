"""Every cell of who may is damaged, one by one: nobody gets in by it, and no page fails."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Integer

from catalog.access.tables import EVERY
from catalog.models import Base
from service.access.accounts import add_account
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.access.sessions import Visit, sign_in
from service.errors import TooManyAttempts, WrongCredentials
from tests.doors import member
from tests.integration.web.test_damaged_cells import DAMAGES, spoil

PAGES = ("/staff", "/staff/users", "/staff/keys", "/staff/audit", "/staff/audit/download.csv")
KINDS = {kind: DAMAGES[kind] for kind in ("bytes", "a word")}  # no text, and no instant
# Whether an account is one, and whether it is signed in, may hang on these.
OUT_IS_RIGHT = {"account", "account_session"}


def columns(table):
    return [
        column.name
        for column in Base.metadata.tables[table].columns
        if not (column.primary_key and isinstance(column.type, Integer))
    ]


@pytest.mark.parametrize("table", EVERY)
def test_no_page_fails_because_of_a_damaged_cell(client, access, services, table):
    add_account("bea", "viewer", 1, by=at_the_machine(), access=access)
    session = member("ada", "admin", access=access)
    client.set_cookie("lookalike-session", session)
    wish = KeyWish("key", ("read",), ("https://shop.example",), days=3)
    key = create_key(wish, by=at_the_machine(), access=access).key
    with pytest.raises(WrongCredentials):
        sign_in("ada", "a wrong one", visit=Visit("192.0.2.7"), access=access)
    asked = {"Authorization": f"Bearer {key}", "Origin": "https://shop.example"}
    copy = services.settings.home.parent / "whole"
    found = {}

    with (
        closing(sqlite3.connect(services.settings.database, isolation_level=None)) as live,
        closing(sqlite3.connect(copy, isolation_level=None)) as whole,
    ):
        live.backup(whole)
        for column in columns(table):
            for kind, value in KINDS.items():
                whole.backup(live)
                spoil(live, table, column, value)

                statuses = [client.get(page).status_code for page in PAGES]
                statuses.append(client.get("/api/v1/products", headers=asked).status_code)
                try:
                    sign_in("ada", "a wrong one", visit=Visit("192.0.2.7"), access=access)
                except (WrongCredentials, TooManyAttempts):
                    statuses.append(401)
                found[column, kind] = statuses

    assert {where: told for where, told in found.items() if max(told) >= 500} == {}
    assert all(told[-1] == 401 for told in found.values())
    if table not in OUT_IS_RIGHT:
        assert all(told[:5] == [200] * 5 for told in found.values())
