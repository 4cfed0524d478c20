"""A disk that is full and a catalogue that is locked, in the middle of jobs of each kind."""

import logging
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import jobs
from catalog.jobs import JobState
from service.database.sessions import Database
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.worker.doing import do
from tests import picture_server as plays
from tests.mounts import small_disk
from tests.never_drifts.works_of_files import Fetches, Imports
from tests.never_drifts.works_of_staff import Changes


@pytest.fixture
def make():
    """Give a function that makes a shop with work of a kind in a folder."""
    made = []
    with plays.picture_server() as server:

        def make(kind, folder):
            made.append(kind(folder, server) if kind is Fetches else kind(folder))
            return made[-1]

        yield make
        for work in made:
            work.close()


def do_job(work, meanwhile, services=None):
    """Do a job; at its second step something happens meanwhile."""
    steps = 0

    def stops():
        nonlocal steps
        steps += 1
        if steps == 2:
            meanwhile()
        return False

    services = services or work.services
    claimed = claim("me", services=services, dead_after=timedelta(0))
    assert claimed is not None
    do(*claimed, kinds=KINDS, services=services, stops=stops)


def do_at_once(work, number):
    """Do a job now that is to be tried again later."""
    with work.services.database.writing() as session:
        jobs.find(session, number).not_before = None
    do_job(work, lambda: None)
    return keeping.get(number, services=work.services)


@pytest.mark.parametrize("kind", [Fetches, Changes])
def test_a_job_on_a_disk_that_fills_up_says_so_and_goes_on_once_there_is_room(tmp_path, make, kind):
    with small_disk(tmp_path / "disk", kilobytes=24 * 1024) as disk:
        work = make(kind, disk / "shop")
        number = work.ask()

        with once_it_fails((disk / "little").unlink):
            do_job(work, lambda: fill_up(disk))
        waits = keeping.get(number, services=work.services)
        (disk / "filler").unlink()
        done = do_at_once(work, number)

        assert waits.state is JobState.QUEUED
        assert "the disk is full: make room and resume the job" in waits.message
        assert done.state is JobState.DONE
        assert [what for what, holds in work.checks(done).items() if not holds] == []
        work.close()


@pytest.mark.parametrize("kind", [Imports])
def test_a_job_beside_one_who_writes_for_too_long_says_so_and_goes_on_then(tmp_path, make, kind):
    work = make(kind, tmp_path / "shop")
    number = work.ask()
    hasty = Database(work.services.database.path, busy_ms=20)

    with (
        closing(sqlite3.connect(hasty.path, isolation_level=None)) as other,
        once_it_fails(lambda: other.execute("ROLLBACK")),
    ):
        do_job(
            work,
            lambda: other.execute("BEGIN IMMEDIATE"),
            replace(work.services, database=hasty),
        )
    hasty.close()
    waits = keeping.get(number, services=work.services)
    done = do_at_once(work, number)

    assert waits.state is JobState.QUEUED
    assert "another process" in waits.message
    assert done.state is JobState.DONE
    assert [what for what, holds in work.checks(done).items() if not holds] == []


class Heard(logging.Handler):
    """Does something as soon as a worker says that a job has failed."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def emit(self, record):
        if "is tried again" in record.getMessage():
            self.act()


@contextmanager
def once_it_fails(act):
    """Have something done then, as long as the block lasts."""
    heard, log = Heard(act), logging.getLogger("service.worker.doing")
    log.addHandler(heard)
    try:
        yield
    finally:
        log.removeHandler(heard)


def fill_up(disk):
    """Leave no room at all."""
    (disk / "little").write_bytes(bytes(256 * 1024))
    with (disk / "filler").open("wb") as file:
        for size in (2**20, 2**12):
            while True:
                try:
                    os.write(file.fileno(), bytes(size))
                except OSError:
                    break
