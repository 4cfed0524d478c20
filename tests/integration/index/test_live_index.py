"""The index in memory and on disk, against a catalogue that changes under it."""

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from catalog import changes
from catalog.filters import Filters
from catalog.models import ChangeKind
from service.finding.like_product import find_like_product
from service.finding.search import find_similar
from service.stock.changing import remove_products
from service.stock.record import finish_import, record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product

RED = plain_photo((250, 10, 10))


@pytest.fixture
def beside(filled):
    """Another process' parts over the same home, as far as one process can have them."""
    built = build_services(filled.settings, MeanColourEncoder())
    yield built
    built.close()


def snapshot_of(services):
    return services.index.snapshot_path(services.encoder.fingerprint)


def first_sku(services):
    return find_similar(RED, Filters(), 1, 1, services=services).hits[0].product.sku


def test_another_process_sees_a_change_at_its_next_search(filled, beside):
    before = first_sku(beside)

    remove_products(["RED-00"], services=filled)

    assert (before, first_sku(beside)) == ("RED-00", "RED-01")


def test_a_snapshot_is_started_from(filled, beside):
    finish_import(services=filled)
    path = snapshot_of(filled)
    at = path.stat().st_mtime_ns

    beside.warm_up()

    assert len(beside.index) == 36
    assert path.stat().st_mtime_ns == at  # it was right, so nobody wrote it again


def test_a_start_without_a_snapshot_leaves_one(filled):
    filled.warm_up()

    assert snapshot_of(filled).exists()


def test_a_snapshot_that_is_behind_catches_up(filled, beside):
    finish_import(services=filled)
    remove_products(["RED-00"], services=filled)
    record_batch([product(filled, "NEW", (250, 9, 9))], services=filled)

    assert first_sku(beside) == "NEW"
    assert beside.index.drift() == 0


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone"])
def test_a_damaged_snapshot_is_not_trusted(filled, beside, damage):
    finish_import(services=filled)
    path = snapshot_of(filled)
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        data[len(data) // 2] ^= 255
        path.write_bytes({"cut": data[:-7], "flip": data, "empty": b""}[damage])

    assert first_sku(beside) == "RED-00"
    assert beside.index.drift() == 0


def test_a_snapshot_of_another_catalogue_is_not_trusted(filled, tmp_path):
    finish_import(services=filled)
    other = build_services(replace(filled.settings, home=tmp_path / "other"), MeanColourEncoder())
    record_batch([product(other, "ONLY", (9, 9, 9))], services=other)
    other.settings.snapshots.mkdir(parents=True, exist_ok=True)
    shutil.copy(snapshot_of(filled), snapshot_of(other))

    found = find_similar(RED, Filters(), 1, 24, services=other)

    assert [hit.product.sku for hit in found.hits] == ["ONLY"]
    other.close()


def test_an_index_behind_the_oldest_entry_is_rebuilt(filled, beside):
    finish_import(services=filled)
    first_sku(beside)
    remove_products(["RED-00"], services=filled)
    with filled.database.writing() as session:
        changes.append_plain(session, ChangeKind.PRODUCT)
        changes.prune(session, kept=1)
    fresh = build_services(filled.settings, MeanColourEncoder())

    assert first_sku(beside) == first_sku(fresh) == "RED-01"
    assert beside.index.drift() == fresh.index.drift() == 0
    fresh.close()


def test_a_catalogue_put_back_from_a_copy_is_followed(filled, tmp_path):
    with closing(sqlite3.connect(filled.settings.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy"),))
    remove_products(["RED-00"], services=filled)
    gone = first_sku(filled)
    filled.database.close()
    for left in filled.settings.home.glob("catalog.sqlite3*"):
        left.unlink()
    shutil.copy(tmp_path / "copy", filled.settings.database)

    assert (gone, first_sku(filled)) == ("RED-01", "RED-00")


def test_a_snapshot_is_written_only_when_there_is_news(filled):
    filled.index.save_snapshot()
    at = snapshot_of(filled).stat().st_mtime_ns

    filled.index.save_snapshot()
    unchanged = snapshot_of(filled).stat().st_mtime_ns
    remove_products(["RED-00"], services=filled)
    filled.index.save_snapshot()

    assert at == unchanged < snapshot_of(filled).stat().st_mtime_ns


def test_a_damaged_row_is_counted_and_harms_no_search(filled):
    with filled.database.writing() as session:
        session.execute(text("UPDATE reading SET embedding = x'00' WHERE photo_id = 1"))

    found = find_similar(RED, Filters(), 1, 36, services=filled)

    assert "RED-00" not in {hit.product.sku for hit in found.hits}
    assert len(found.hits) == 35
    assert filled.index.drift() == 1


def test_no_page_is_short_and_nothing_is_doubled_while_the_catalogue_changes(filled):
    stop = threading.Event()
    wrong = []

    def search():
        while not stop.is_set():
            found = find_similar(RED, Filters(), 1, 10, services=filled)
            alike = find_like_product("RED-05", Filters(category="blue"), 1, 24, services=filled)
            skus = [hit.product.sku for hit in found.hits]
            if len(set(skus)) != 10 or len(alike.hits) != alike.total:
                wrong.append((skus, alike))

    with ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(search) for _ in range(4)]
        for round_ in range(15):
            items = [product(filled, f"NEW-{n}", (240 - n, round_, n)) for n in range(4)]
            record_batch(items, services=filled)
            remove_products(["NEW-0", "NEW-1"], services=filled)
        stop.set()
        for each in searches:
            each.result()

    assert wrong == []
    assert filled.index.drift() == 0


def test_an_index_forgets_and_starts_from_the_rows(filled):
    finish_import(services=filled)

    filled.index.forget()

    assert not snapshot_of(filled).exists()
    assert first_sku(filled) == "RED-00"
