"""A shop, its backup, and the shop again."""

import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from catalog.filters import Filters
from catalog.schema import REVISIONS
from service.backups import back_up, checked, restore
from service.database.sessions import Database
from service.errors import BadBackup
from service.finding.search import find_similar
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.upkeep.checks import DisagreementKind
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.integration.backups.conftest import contents, put_back
from tests.integration.backups.older import backup_of_the_first_version
from tests.shop import product
from tests.waiting import until

RED = plain_photo((250, 10, 10))


def first_sku(services):
    return find_similar(RED, Filters(), 1, 1, services=services).hits[0].product.sku


def test_a_shop_comes_back_in_an_empty_place(shop, backup, another):
    put_back(backup, another)

    assert contents(another) == contents(shop)
    assert verify(services=another).problems == ()
    assert first_sku(another) == "RED-00"


def test_what_happened_since_is_undone_also_for_processes_that_saw_it(shop, backup):
    before = contents(shop)
    running = build_services(shop.settings, MeanColourEncoder())
    remove_products(["RED-00", "RED-01"], services=shop)
    label_product("BLUE-01", "shoe", services=shop)
    record_batch([product(shop, "NEW", (250, 11, 10))], services=shop)
    assert first_sku(running) == "NEW"

    put_back(backup, shop)

    assert contents(shop) == before
    assert first_sku(running) == first_sku(shop) == "RED-00"
    assert running.index.drift() == 0
    running.close()


def test_pictures_that_were_deleted_or_damaged_since_come_back(shop, backup):
    before = contents(shop)
    one, two, *_ = sorted(shop.store.digests())
    [path] = shop.store.root.rglob(f"{one}.*")
    path.write_bytes(b"")
    shop.store.remove([two])

    put_back(backup, shop)

    assert contents(shop) == before
    assert verify(services=shop).problems == ()


def test_what_the_backup_does_not_have_stays_as_pictures_of_no_product(shop, backup):
    record_batch([product(shop, "NEW", (250, 11, 10))], services=shop)

    put_back(backup, shop)

    found = verify(services=shop).problems
    assert [problem.kind for problem in found] == [DisagreementKind.ORPHAN_PICTURE]


def test_a_newer_backup_takes_the_place_of_the_older_and_leaves_nothing_beside_it(shop, tmp_path):
    path = tmp_path / "backups" / "shop.tar"
    path.parent.mkdir()
    back_up(path, services=shop)
    remove_products(["RED-00"], services=shop)

    manifest = back_up(path, services=shop)

    assert [each.name for each in path.parent.iterdir()] == ["shop.tar"]
    with checked(path, settings=shop.settings) as found:
        assert found.manifest == manifest
        assert manifest.products == 35


def test_any_tool_can_unpack_a_backup(shop, backup, tmp_path):
    with tarfile.open(backup) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "out", filter="data")

    assert names[0] == "README.txt"
    assert names[-2:] == ["catalog.sqlite3", "manifest.json"]
    assert len(names) == 36 + 3
    with closing(sqlite3.connect(tmp_path / "out" / "catalog.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM product").fetchone() == (36,)


def test_a_shop_with_lost_pictures_is_backed_up_without_them(shop, another, tmp_path):
    digest, *_ = sorted(shop.store.digests())
    shop.store.remove([digest])

    manifest = back_up(tmp_path / "shop.tar", services=shop)
    put_back(tmp_path / "shop.tar", another)

    assert manifest.lost == (digest,)
    assert [(each.kind, each.subject) for each in verify(services=another).problems] == [
        (DisagreementKind.MISSING_PICTURE, digest)
    ]


def test_backups_made_while_others_write_are_each_of_one_instant(shop, another, tmp_path):
    stop, written = threading.Event(), []

    def exchange_pictures():
        number = 0
        while not stop.is_set():
            number += 1
            colours = [(number % 200, number // 200, shade) for shade in range(4)]
            items = [product(shop, f"NEW-{n}", each) for n, each in enumerate(colours)]
            record_batch(items, services=shop)
            if number % 5 == 0:
                remove_products(["NEW-0", "NEW-1"], services=shop)
            written.append(number)

    def backed_up(n):
        before = len(written)
        until(lambda: len(written) > before)  # and more is written while it is made
        return back_up(tmp_path / f"{n}.tar", services=shop)

    writer = threading.Thread(target=exchange_pictures)
    writer.start()
    try:
        made = [backed_up(n) for n in range(5)]
    finally:
        stop.set()
        writer.join()

    assert len({manifest.change for manifest in made}) > 1
    for number, manifest in enumerate(made):
        assert manifest.lost == ()
        put_back(tmp_path / f"{number}.tar", another)
        assert verify(services=another, repair=True).drift == 0
        with another.database.reading() as session:
            last = session.execute(text("SELECT max(number) FROM change")).scalar()
        assert last == manifest.change


@contextmanager
def writing(path):
    """Hold the catalogue's write lock, as a long transaction of another process does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_restore_waits_for_who_writes(shop, backup):
    remove_products(["RED-00"], services=shop)

    with checked(backup, settings=shop.settings) as found:
        waiting = threading.Thread(target=restore, args=(found,), kwargs={"services": shop})
        with writing(shop.settings.database):
            waiting.start()
            time.sleep(0.5)
            during = first_sku(shop)
        waiting.join()

    assert (during, first_sku(shop)) == ("RED-01", "RED-00")


LEAVE_A_LOG = """
import os, signal, sqlite3, sys
live = sqlite3.connect(sys.argv[1], isolation_level=None)
live.execute("PRAGMA wal_autocheckpoint = 0")
live.execute("UPDATE product SET title = 'of the log'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_a_log(path):
    subprocess.run([sys.executable, "-c", LEAVE_A_LOG, str(path)], timeout=60)
    assert path.with_name(path.name + "-wal").stat().st_size > 0


def test_the_log_of_a_killed_process_does_not_undo_a_restore(shop, backup):
    before = contents(shop)
    shop.close()
    leave_a_log(shop.settings.database)

    put_back(backup, shop)
    shop.close()

    assert contents(shop) == before


def test_the_log_of_a_database_that_is_gone_is_not_taken_for_that_of_the_next(shop, backup):
    before = contents(shop)
    shop.close()
    leave_a_log(shop.settings.database)
    shop.settings.database.unlink()

    put_back(backup, shop)
    shop.close()

    assert contents(shop) == before


@pytest.mark.parametrize("damage", ["text", "zeros", "cut", "a page", "other tables"])
def test_a_database_that_is_none_any_more_is_replaced_and_nothing_is_thrown_away(
    shop, backup, damage
):
    before, path = contents(shop), shop.settings.database
    shop.close()
    data = path.read_bytes()
    path.write_bytes(
        {
            "text": b"no database " * 1000,
            "zeros": bytes(len(data)),
            "cut": data[: len(data) // 2],
            "a page": data[:4096] + bytes(4096) + data[8192:],
            "other tables": data,
        }[damage]
    )
    if damage == "other tables":
        with closing(sqlite3.connect(path)) as other:
            other.execute("DROP TABLE alembic_version")
    spoilt = path.read_bytes()

    done = put_back(backup, shop)

    assert contents(shop) == before
    assert verify(services=shop).problems == ()
    if done.aside is not None:
        assert (done.aside / path.name).read_bytes() == spoilt
    assert (done.aside is not None) >= (damage == "text")


def test_a_server_that_had_the_damaged_database_open_follows(shop, backup):
    running = build_services(shop.settings, MeanColourEncoder())
    running.warm_up()
    remove_products(["RED-00"], services=shop)
    shop.close()
    shutil.copy(shop.settings.database, shop.settings.home / "copy")
    (shop.settings.home / "copy").write_bytes(b"no database " * 1000)
    (shop.settings.home / "copy").replace(shop.settings.database)

    put_back(backup, shop)

    assert first_sku(running) == "RED-00"
    running.close()


def test_a_backup_of_an_older_version_is_brought_up_to_date(shop, backup, another, tmp_path):
    """Made as the first version would have, which had no backups: with its tables."""
    path = backup_of_the_first_version(tmp_path / "older.tar", shop)

    put_back(path, another)

    with closing(Database(another.settings.database)) as database, database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
    assert verify(services=another).problems == ()
    assert first_sku(another) == "RED-00"


@pytest.mark.parametrize("content", [b"sku,title\nA,Dress\n", b"\xff\xd8\xff\xe0 a picture"])
def test_no_backup_takes_the_place_of_something_else(shop, tmp_path, content):
    table = tmp_path / "stock.csv"
    table.write_bytes(content)

    with pytest.raises(BadBackup, match="is there and is no backup"):
        back_up(table, services=shop)

    assert table.read_bytes() == content


def test_a_backup_takes_the_place_of_an_empty_file(shop, tmp_path):
    path = tmp_path / "shop.tar"
    path.touch()

    assert back_up(path, services=shop).products == 36
