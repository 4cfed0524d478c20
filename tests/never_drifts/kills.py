"""Kills processes of every kind of work, so many in all, and prints what they left."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from tests import picture_server as plays
from tests.never_drifts import killed_changes, killed_imports, killed_servers
from tests.never_drifts.killed_jobs import kill_workers
from tests.never_drifts.killed_restores import kill_restores
from tests.never_drifts.killed_shop import kill_shops
from tests.never_drifts.met import Met, table
from tests.never_drifts.works import Work
from tests.never_drifts.works_of_files import Fetches, Imports, Tags
from tests.never_drifts.works_of_pairs import Mergers
from tests.never_drifts.works_of_staff import Changes, Feeds

Tell: TypeAlias = Callable[[Met], None]
Run: TypeAlias = Callable[[Path, int, Tell, plays.PictureServer], Met]

_MANY = 10  # of fewer, chance may have none hit the work


def kill(kills: int) -> int:
    """Kill at least so many processes, print a table by kind of work, and say if all is well."""
    begun, every = time.monotonic(), 0

    def tell(met: Met) -> None:
        nonlocal every
        every += 1
        if every % 10 == 0:
            print(f"{every} kills, now {met.work}", file=sys.stderr, flush=True)

    parts = sum(share for share, _ in _SHARES)
    met: list[Met] = []
    with suppress(KeyboardInterrupt), plays.picture_server() as server:  # what was met is told
        for share, run in _SHARES:
            with tempfile.TemporaryDirectory(prefix="lookalike-") as folder:
                met.append(run(Path(folder), -(-kills * share // parts), tell, server))
            print(f"{met[-1].row}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
            for fault in met[-1].faults:
                print(fault, file=sys.stderr, flush=True)
    print(table(met))
    print(f"{time.monotonic() - begun:.0f} seconds")
    faults = [fault for each in met for fault in each.faults]
    few = [each.work for each in met if each.kills >= _MANY and each.at_work * 3 < each.kills]
    faults += [f"few of the kills hit it at work: {work}" for work in few]
    whole = len(met) == len(_SHARES)
    well = "nothing lost, nothing there twice" if whole else "cut off, nothing wrong until then"
    print("\n".join(faults) if faults else well)
    return 1 if faults or not whole else 0


def _imports(folder: Path, kills: int, tell: Tell, _server: plays.PictureServer) -> Met:
    met = Met("import by the command")
    left = killed_imports.kill_imports(folder, kills, lambda _done: tell(met))
    met.kills, met.at_work = left.kills, left.killed_at_work
    met.faults += [*killed_imports.faults_of(left), *left.wrong]
    return met


def _writes(folder: Path, kills: int, tell: Tell, _server: plays.PictureServer) -> Met:
    met = Met("writes over HTTP")
    left = killed_servers.kill_servers(folder, kills, lambda _done: tell(met))
    met.kills = left.kills
    met.at_work = min(left.cut_off, left.kills)  # several programs write to each server
    met.faults += killed_servers.faults_of(left)
    return met


def _changes(folder: Path, kills: int, _tell: Tell, _server: plays.PictureServer) -> Met:
    met = Met("bulk edit and undo on a page")
    seen = killed_changes.kill_changes(folder / "home", -(-kills // 2))
    met.at_work = seen.met["killed while changing"] + seen.met["killed while undoing"]
    met.kills = met.at_work + seen.met["done before the kill"]
    met.faults += seen.wrong
    return met


def _shops(folder: Path, kills: int, tell: Tell, _server: plays.PictureServer) -> Met:
    return kill_shops(folder, kills, tell)


def _restores(folder: Path, kills: int, tell: Tell, _server: plays.PictureServer) -> Met:
    return kill_restores(folder, kills, tell)


def _worked(make: Callable[[Path, plays.PictureServer], Work]) -> Run:
    """Kill workers at one kind of job."""

    def run(folder: Path, kills: int, tell: Tell, server: plays.PictureServer) -> Met:
        work = make(folder / "shop", server)
        try:
            return kill_workers(work, kills, tell)
        finally:
            work.close()

    return run


_SHARES: tuple[tuple[int, Run], ...] = (
    (2, _worked(lambda folder, _server: Imports(folder))),
    (2, _worked(Fetches)),
    (2, _worked(lambda folder, _server: Tags(folder))),
    (2, _worked(lambda folder, _server: Changes(folder))),
    (2, _worked(lambda folder, _server: Mergers(folder))),
    (2, _worked(Feeds)),
    (2, _restores),
    (2, _changes),
    (1, _shops),
    (2, _writes),
    (3, _imports),
)
"""How many parts of all kills go to which kind of work."""
