"""Writers that wait for each other, and the log that is moved into the file between them."""

import logging
import multiprocessing
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import pytest
from sqlalchemy import text

from service.database.haste import in_haste
from service.database.sessions import Database
from service.errors import CatalogueBusy
from tests.waiting import until


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "catalog.sqlite3", busy_ms=100)
    yield opened
    opened.close()


@contextmanager
def another_writes(database):
    with database.reading():
        pass
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        other.execute("ROLLBACK")


def append(database, size=0):
    with database.writing() as session:
        session.execute(text("INSERT INTO change (kind) VALUES (:kind)"), {"kind": "x" * size})


def entries(database):
    with database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM change"))


def test_a_writer_says_that_it_waits_and_then_writes(database, caplog):
    with caplog.at_level(logging.WARNING), another_writes(database):
        waiting = threading.Thread(target=append, args=(database,))
        waiting.start()
        until(lambda: "another process writes to the catalogue" in caplog.text)
    waiting.join()

    assert entries(database) == 1


def test_who_opens_a_file_waits_for_one_who_is_about_to_write_to_it(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    opened = Database(path, busy_ms=30_000)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # and no log yet: SQLite itself would not wait
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(entries, opened)
            time.sleep(0.2)
            waited = not found.done()
            other.execute("ROLLBACK")
            found = found.result()
    opened.close()

    assert waited
    assert found == 0


def test_a_writer_gives_up_at_last_and_says_what_to_do(database):
    with another_writes(database), pytest.raises(CatalogueBusy, match="run the same command again"):
        append(database)

    append(database)
    assert entries(database) == 1


def test_a_request_gets_its_turn_before_its_deadline_or_never(database):
    began = time.monotonic()
    in_time = in_haste(began + 0.3)
    with another_writes(database), in_time, pytest.raises(CatalogueBusy, match="send the same"):
        append(database)
    with in_haste(began - 1), pytest.raises(CatalogueBusy):  # though nobody writes any more
        append(database)

    assert entries(database) == 0
    with in_haste(time.monotonic() + 60):
        append(database)
    assert entries(database) == 1


def test_whoever_has_no_deadline_waits_on_as_long_as_ever(database):
    append(database)
    with another_writes(database), in_haste(time.monotonic() + 0.05), suppress(CatalogueBusy):
        append(database)

    with database.writing() as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == 100  # what this one was opened with


def test_a_crowd_of_requests_that_wait_keeps_few_threads(database):
    def write():
        with in_haste(time.monotonic() + 60):
            append(database)

    with ThreadPoolExecutor(8) as pool:
        with another_writes(database):
            asked = [pool.submit(write) for _ in range(8)]
            until(lambda: sum(each.done() for each in asked) >= 6)  # gave up after a moment
        errors = [each.exception() for each in asked]

    assert sum(isinstance(error, CatalogueBusy) for error in errors) == 6
    assert entries(database) == errors.count(None) == 2  # went on waiting, and got their turn


def test_an_error_within_leaves_nothing_and_lets_the_next_one_write(database):
    def fail(error):
        with database.writing() as session:
            session.execute(text("INSERT INTO change (kind) VALUES ('product')"))
            raise error

    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error):
            fail(error)

    append(database)

    assert entries(database) == 1


def test_the_log_does_not_grow_for_ever_and_nobody_else_moves_it(database):
    for _ in range(60):
        append(database, 300_000)
    log = database.path.with_name("catalog.sqlite3-wal")

    assert log.stat().st_size < 8_000_000
    assert entries(database) == 60
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0


def _append_many(path, times):
    database = Database(path)
    for _ in range(times):
        append(database, 100_000)
    database.close()


def test_several_processes_lose_nothing_while_the_log_is_moved(database):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_append_many, args=(database.path, 60)) for _ in range(3)]
    with database.reading():
        pass
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        entries(database)
        time.sleep(0.01)

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert entries(database) == 180
    with database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
