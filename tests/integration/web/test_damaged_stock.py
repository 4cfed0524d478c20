"""Cells of the stock and of its changes are damaged, one by one: no page of the staff fails."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Integer

from catalog.models import Base
from catalog.stock_order import Sort
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.errors import UnknownChange
from service.stock.record import record_within
from service.stock.undoable import undoable
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, change_many
from service.web.app import create_app
from tests.doors import access_of, member
from tests.integration.web.test_damaged_cells import DAMAGES, spoil

ME = at_the_machine()
KINDS = {kind: DAMAGES[kind] for kind in ("bytes", "a word")}
PAGES = (
    "/staff/stock?lacks=picture&since=2026-01-01",
    "/staff/stock/export.csv",
    "/staff/stock/of/R-000",
    "/staff/changes",
    "/staff/changes/1",
    "/staff/changes/2",
)
SORTED = {
    "folded_sku": Sort.SKU,
    "folded_title": Sort.TITLE,
    "price_cents": Sort.PRICE,
    "stock": Sort.STOCK,
    "model_confidence": Sort.CONFIDENCE,
    "model_category": Sort.CATEGORY,
    "updated_at": Sort.CHANGED,
}


@pytest.mark.parametrize("table", ["product", "photo", "staff_change", "staff_change_part"])
def test_no_page_of_the_staff_fails_because_of_a_damaged_cell(services, table):
    with services.database.writing() as session, undoable(session, ["R-000"], by=ME, name="Edit"):
        record_within(session, [ProductRecord("R-000", {"brand": "Acme"})], services=services)
    change_many([5], WITHDRAW, by=ME, services=services)
    access = access_of(services)
    client = create_app(services, access).test_client()
    client.set_cookie("lookalike-session", member("ada", "editor", access=access))
    copy = services.settings.home.parent / "whole"
    failed = {}

    with (
        closing(sqlite3.connect(services.settings.database, isolation_level=None)) as live,
        closing(sqlite3.connect(copy, isolation_level=None)) as whole,
    ):
        live.backup(whole)
        for column in Base.metadata.tables[table].columns:
            if column.computed is not None or (
                column.primary_key and isinstance(column.type, Integer)
            ):
                continue
            for kind, value in KINDS.items():
                whole.backup(live)
                spoil(live, table, column.name, value)
                asked = list(PAGES)
                if column.name in SORTED:
                    by = SORTED[column.name]
                    asked += [f"/staff/stock?sort={by}&down={down}" for down in (0, 1)]
                failed |= {
                    (column.name, kind, page): status
                    for page in asked
                    if (status := client.get(page).status_code) >= 500
                }
                if table not in ("product", "photo"):
                    for number in (1, 2):
                        try:
                            undo(number, by=ME, services=services)
                        except UnknownChange:
                            continue
        whole.backup(live)

    assert failed == {}
    assert undo(2, by=ME, services=services).products == 1
