"""Every cell of a catalogue is damaged, one by one: a page shows what is whole, and fails never."""

import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Integer, event
from sqlalchemy.pool import Pool

from catalog.access.tables import EVERY
from catalog.checksums import damaged, seal_all
from catalog.models import Base
from service.settings.environment import Settings
from service.stock.record import ProductRecord, record_batch
from service.upkeep.verify import verify
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_picture
from tests.integration.web.forms import send
from tests.stock import Item, fill

RED = (250, 20, 20)
DAMAGES = {
    "no UTF-8": "CAST(x'52ff80e2' AS TEXT)",
    "bytes": "x'00ff'",
    "a word": "'2026-13-45'",
    "a number beyond all": "9e999",
}
SEALED = {"product", "photo", "reading", "promotion"}
READ_AT_THE_START = {"photo", "reading", "promotion", "change", "identity"}
# What cannot be had without: which model answers, and of which version the tables are.
NOT_READY = {("promotion", "fingerprint"), ("promotion", "source")}
PAGES = (
    "/",
    "/browse",
    "/browse?category=red&min_price=1&in_stock=1",
    "/products/R-1",
    "/products/R-1/similar",
    "/api/v1/products",
    "/api/v1/products?one_per_style=true",
    "/api/v1/products/R-1",
    "/api/v1/products/B-1/similar",
    "/api/v1/products/R-1/similar?one_per_style=true",
    "/api/v1/facets",
    "/readyz",
    "/metrics",
)


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", per_page=6)


@pytest.fixture
def asked():
    """Every statement that any connection to a catalogue is asked."""
    statements = []

    def listen(connection, _record):
        connection.set_trace_callback(statements.append)

    event.listen(Pool, "connect", listen)
    yield statements
    event.remove(Pool, "connect", listen)


@pytest.fixture
def services(settings, asked):
    parts = build_services(settings, MeanColourEncoder())
    fill(
        parts,
        [
            Item("R-1", (250, 20, 20), "Red shirt", url="https://shop.example/1", category="hat"),
            Item("R-2", (240, 20, 20), "Red shirt"),
            Item("B-1", (20, 20, 250), "Blue shirt"),
        ],
    )
    yield parts
    parts.close()


def cells():
    # Those of who may are read by other pages: tests/integration/access.
    for table in (each for each in Base.metadata.sorted_tables if each.name not in EVERY):
        for column in table.columns:
            is_row_number = column.primary_key and isinstance(column.type, Integer)
            if column.computed is None and not is_row_number:
                yield table.name, column.name


def spoil(database, table, column, value):
    """Change the first row's cell as the disk might: by no rule of the tables."""
    database.execute("PRAGMA ignore_check_constraints = ON")
    database.execute("PRAGMA foreign_keys = OFF")
    first = f"rowid = (SELECT min(rowid) FROM {table})"
    database.execute(f"UPDATE OR IGNORE {table} SET {column} = {value} WHERE {first}")


def names(table, statements):
    return any(re.search(rf"\b{table}\b", each) for each in statements)


def ask_everything(client):
    """Give the status of every page that fails."""
    statuses = {page: client.get(page).status_code for page in PAGES}
    sent = send(client, plain_picture(RED), to="/search")
    statuses["search"] = sent.status_code
    if sent.status_code == 303:
        statuses["results"] = client.get(sent.location).status_code
    statuses["API search"] = send(client, plain_picture(RED)).status_code
    return {page: status for page, status in statuses.items() if status >= 500}


@pytest.mark.parametrize("table", sorted({table for table, _ in cells()}))
def test_no_page_fails_because_of_a_damaged_cell(services, settings, asked, table):
    variants = [ProductRecord(sku, {"style": "Shirt"}) for sku in ("R-1", "R-2")]
    record_batch(variants, services=services)
    running = create_app(services).test_client()
    asked.clear()
    assert ask_everything(running) == {}
    columns = [column for name, column in cells() if name == table]
    looked_at = table in READ_AT_THE_START or names(table, asked)
    copy = settings.home.parent / "whole"
    with (
        closing(sqlite3.connect(settings.database, isolation_level=None)) as live,
        closing(sqlite3.connect(copy, isolation_level=None)) as whole,
    ):
        live.backup(whole)
        # Where no page looks at any of them, they are damaged together.
        for together in ([column] for column in columns) if looked_at else [columns]:
            for kind, value in DAMAGES.items():
                whole.backup(live)
                for column in together:
                    spoil(live, table, column, value)

                if table in READ_AT_THE_START:
                    starting = build_services(settings, MeanColourEncoder())
                    failed = ask_everything(create_app(starting).test_client())
                    starting.close()
                else:
                    failed = ask_everything(running)

                allowed = {503} if (table, *together) in NOT_READY else set()
                assert set(failed.values()) <= allowed, (table, together, kind, failed)


def test_what_is_whole_is_shown_and_the_row_counts_as_damaged(services, settings):
    with closing(sqlite3.connect(settings.database, isolation_level=None)) as live:
        spoil(live, "product", "title", "CAST(x'526564ff' AS TEXT)")
        spoil(live, "product", "price_cents", "'cheap'")
        spoil(live, "product", "labelled_at", "'yesterday'")
    client = create_app(services).test_client()

    page, told = client.get("/browse"), client.get("/api/v1/products/R-1").get_json()
    report = verify(services=services)

    assert page.text.count('class="card') == 3
    assert (told["title"], told["price"], told["stock"]) == ("Red\ufffd", None, 1)
    assert told["category_by"] == "file"
    assert [each.subject for each in report.problems] == ["product 1 (R-1)"]


def test_every_damage_of_a_sealed_row_is_found(services, settings):
    unnoticed = []
    with closing(sqlite3.connect(settings.database, isolation_level=None)) as live:
        with services.database.reading() as session:
            assert list(damaged(session)) == []
        copy = settings.home.parent / "whole"
        with closing(sqlite3.connect(copy, isolation_level=None)) as whole:
            live.backup(whole)
            for table, column in cells():
                for kind, value in DAMAGES.items() if table in SEALED else ():
                    whole.backup(live)
                    [[before]] = live.execute(
                        f"SELECT hex(quote({column})) FROM {table} ORDER BY rowid LIMIT 1"
                    ).fetchall()
                    spoil(live, table, column, value)
                    [[after]] = live.execute(
                        f"SELECT hex(quote({column})) FROM {table} ORDER BY rowid LIMIT 1"
                    ).fetchall()
                    with services.database.reading() as session:
                        if before != after and list(damaged(session)) == []:
                            unnoticed.append((table, column, kind))
    assert unnoticed == []


def test_checksums_are_those_of_the_version_before(services):
    """Types that mend what they read change no checksum: else every row would count as damaged."""
    with services.database.writing() as session:
        before = {
            table: session.connection().exec_driver_sql(f"SELECT checksum FROM {table}").all()
            for table in SEALED
        }
        seal_all(session.connection())
        after = {
            table: session.connection().exec_driver_sql(f"SELECT checksum FROM {table}").all()
            for table in SEALED
        }

    assert before == after
