"""Kills real servers, with their workers, while files are sent over the API and on pages.

Whoever had no answer does what a program or a person does then: sends it again under the same key,
or looks what has come of it. A `lookalike worker` works beside the server's own at times.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from catalog.jobs import JobState
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.jobs import keeping
from service.jobs.job import Job
from service.uploads.kept import Uploads
from tests.doors import access_of, member
from tests.never_drifts.killed_servers import serving
from tests.never_drifts.met import Met
from tests.never_drifts.visitor import GONE, Visitor
from tests.never_drifts.works import ME
from tests.never_drifts.works_of_files import Files, Imports, Tags
from tests.waiting import free_port

_MOST_S = 300  # that a job may take which nobody kills
_FIRST_S = 1.0  # from the sending to the kill, at most, to begin with
_AT_WORK = 0.7  # how often a kill comes not before a worker has the job
_BESIDE = 0.4  # how often another worker works, too
_ALONE = 0.3  # how often it is the server's worker alone that is killed


def kill_shops(
    folder: Path, kills: int, tell: Callable[[Met], None] = lambda _met: None, seed: int = 7
) -> Met:
    """Kill as many servers or their workers with SIGKILL; `tell` is told of each."""
    met = Met("files by API and by page")
    shops = [_Shop(work(folder / work.name)) for work in (Imports, Tags)]
    chance = random.Random(seed)
    rounds = 0
    while met.kills < kills:
        shop, by_page = shops[rounds % 2], rounds // 2 % 2 == 1
        shop.round(by_page, kills, chance, met, tell)
        rounds += 1
    for shop in shops:
        shop.work.close()
    return met


class _Shop:
    """A shop, somebody who may send it files, and a port."""

    def __init__(self, work: Files) -> None:
        self.work = work
        access = access_of(work.services)
        wish = KeyWish("program", ("write",), per_minute=MOST_PER_MINUTE)
        key = create_key(wish, by=ME, access=access).key
        member("editor", "editor", access=access)
        self.port = free_port()
        self.visitor = Visitor(f"http://127.0.0.1:{self.port}", key, "editor")
        self._patience_s = _FIRST_S
        self._is_in = False

    def round(
        self,
        by_page: bool,
        kills: int,
        chance: random.Random,
        met: Met,
        tell: Callable[[Met], None],
    ) -> None:
        """Have one file dealt with, however often that is cut off."""
        file = self.work.next_file()
        before = self._newest()
        again = f"{chance.random()}"
        job: Job | None = None
        while job is None or not job.is_over:
            beside = chance.random() < _BESIDE
            with self._running(beside=beside) as server, ThreadPoolExecutor(1) as pool:
                if not self._is_in:
                    self.visitor.sign_in()
                    self._is_in = True
                sending = None
                if job is None:
                    send = self._by_page if by_page else self._by_api
                    sending = pool.submit(send, file, again, before)
                if met.kills >= kills:
                    number = sending.result() if sending is not None else job.number
                    job = self._over(number)
                    break
                if chance.random() < _AT_WORK:
                    self._wait_for_work(before)
                time.sleep(chance.uniform(0, self._patience_s))
                _kill(server, alone=chance.random() < _ALONE and sending is None)
                number = None if sending is None else _answer(sending.result)
            job = self._get(number) if number is not None else job and self._get(job.number)
            at_work = job is None or job.state is JobState.RUNNING
            self._patience_s *= 1.2 if at_work or not job.is_over else 0.7
            met.killed(at_work=at_work)
            tell(met)
        services = self.work.services
        made = [
            each.number for each in keeping.newest(9, services=services) if each.number > before
        ]
        waiting = Uploads(self.work.settings.home, 1 << 30).every("import")
        way = "on a page" if by_page else "over the API"
        checks = {
            f"the jobs {made} were begun": made == [job.number],
            f"{len(waiting)} files wait": not waiting,
            f"does not end: {job.state.value} {job.message}": job.is_over,
        }
        met.hold(f"{self.work.name} {way}, job {job.number}", checks | self.work.checks(job))

    def _by_api(self, file: Path, again: str, _before: int) -> int:
        where, fields = self.work.over_the_api
        return self.visitor.post_file(where, file, again, **fields)

    def _by_page(self, file: Path, _again: str, before: int) -> int:
        """Send a file as a person does who looks first what has come of it."""
        if (newest := self._newest()) > before:
            return newest
        return self.work.on_the_page(self.visitor, file)

    def _newest(self) -> int:
        found = keeping.newest(1, services=self.work.services)
        return found[0].number if found else 0

    def _wait_for_work(self, before: int) -> None:
        """Wait till a worker has the job that was asked for last, but not for ever."""
        deadline = time.monotonic() + _MOST_S / 4
        while time.monotonic() < deadline:
            newest = self._newest()
            if newest > before and self._get(newest).state is not JobState.QUEUED:
                return
            time.sleep(0.02)

    def _over(self, number: int) -> Job:
        """Wait till a job is over, or for too long."""
        deadline = time.monotonic() + _MOST_S
        while not (job := self._get(number)).is_over and time.monotonic() < deadline:
            time.sleep(0.1)
        return job

    def _get(self, number: int) -> Job:
        return keeping.get(number, services=self.work.services)

    @contextmanager
    def _running(self, *, beside: bool) -> Iterator["subprocess.Popen[bytes]"]:
        """Serve, with a worker beside that dies with the server or a little later."""
        settings = self.work.settings
        told = {"LOOKALIKE_HOME": str(settings.home), "LOOKALIKE_BUNDLE": settings.bundle}
        command = [sys.executable, "-m", "service", "worker"]
        other = None
        if beside:
            quiet = subprocess.DEVNULL
            other = subprocess.Popen(command, env=os.environ | told, stderr=quiet, stdout=quiet)
        try:
            with serving(settings, self.port) as server:
                yield server
        finally:
            if other is not None:
                other.kill()
                other.wait()


def _kill(server: "subprocess.Popen[bytes]", *, alone: bool) -> None:
    """Kill a server with all that it has begun, or its worker alone."""
    workers = _workers_of(server.pid) if alone else []
    if workers:
        os.kill(workers[0], signal.SIGKILL)
        time.sleep(0.2)
    os.killpg(server.pid, signal.SIGKILL)


def _workers_of(pid: int) -> list[int]:
    """Return the processes of `lookalike worker` below a server."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [each for task in tasks for each in (task / "children").read_text().split()]
    return [
        int(child)
        for child in children
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
    ]


def _answer(result: Callable[[], int]) -> int | None:
    """Give the number of a job that was answered; None where there was no answer."""
    try:
        return result()
    except GONE:
        return None
