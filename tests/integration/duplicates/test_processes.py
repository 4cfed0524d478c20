"""Real processes that search and decide: killed in the middle, and at work on the same at once."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.duplicates.moved import moves_of
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.exported import products_by_sku
from embeddings.files import names
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_all
from service.stock.record import record_batch
from service.upkeep.checks import DisagreementKind
from service.upkeep.verify import verify
from tests.patterns import garment
from tests.stock_of_pictures import product_of

ROOT = Path(__file__).parents[3]
ORIGINALS, COPIES, ROUNDS = 12, 3, 3
_HARMLESS = {DisagreementKind.ORPHAN_PICTURE, DisagreementKind.ABANDONED_FILE}
WORK = """
import sys
from pathlib import Path
from catalog.access.terms import ActorKind, Role
from catalog.duplicates.pairs import PairFilter
from catalog.errors import Contradiction
from service.access.actor import Actor
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_all
from service.errors import UnknownPair
from service.settings.environment import Settings
from service.wiring import build_services
from tests.stock_of_pictures import PictureEncoder
services = build_services(Settings(home=Path(sys.argv[1])), PictureEncoder())
by = Actor(ActorKind.ACCOUNT, sys.argv[3], 1, Role.EDITOR)
if sys.argv[2] == "find":
    print("ready", flush=True)
    sys.stdin.readline()
    find_all(services=services, again=True)
pairs = open_queue(PairFilter(), 1000, services=services).pairs
services.index.warm_up()
if sys.argv[2] == "merge":
    print("ready", flush=True)
    sys.stdin.readline()
    for pair in pairs:
        try:
            decide(Decision(pair.number, Verdict.MERGE, pair.left), by=by, services=services)
        except (Contradiction, UnknownPair):
            continue
        print(pair.number, flush=True)
"""


def start(home, deed, name="anna"):
    """Start a process, and wait until it is about to begin."""
    running = subprocess.Popen(
        [sys.executable, "-c", WORK, str(home), deed, name],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout.readline() == "ready\n"
    return running


def go(running):
    running.stdin.write("go\n")
    running.stdin.flush()


@pytest.fixture
def copies(services):
    """A shop of products that each came four times, the later ones with a picture more."""
    record_batch(
        [
            product_of(
                services,
                f"X-{number:02}-{copy}",
                garment(number),
                *([garment(100 + number + 20 * copy)] if copy else []),
            )
            for copy in range(1 + COPIES)
            for number in range(ORIGINALS)
        ],
        services=services,
    )
    services.index.warm_up()
    return services


def check_whole(services):
    """Hold that each pair is open with both products, or merged with one of them and its move."""
    with services.database.reading() as session:
        merged = session.scalars(select(DuplicatePair).where(DuplicatePair.state != "open")).all()
        gone = [row.second_sku if row.stayed == row.first_sku else row.first_sku for row in merged]
        moves = moves_of(session, gone, names.key)
        there = products_by_sku(session, [*gone, *(row.stayed or "" for row in merged)])
    for row, sku in zip(merged, gone, strict=True):
        assert moves[sku].stayed == row.stayed
        assert sku not in there
        assert row.stayed in there
    report = verify(services=services, repair=True)
    assert report.drift == 0
    assert {each.kind for each in report.repaired} <= _HARMLESS
    return len(merged)


def test_killed_mergers_are_done_wholly_or_not_at_all(copies):
    find_all(services=copies)
    chance, killed = random.Random(5), 0
    for _ in range(ROUNDS):
        running = start(copies.settings.home, "merge")
        go(running)
        time.sleep(chance.uniform(0.05, 0.5))
        killed += running.poll() is None
        running.kill()
        told = len(running.communicate()[0].split())
        assert check_whole(copies) >= told

    running = start(copies.settings.home, "merge")
    go(running)
    running.communicate()

    assert check_whole(copies) == ORIGINALS * COPIES
    assert killed > 0
    with copies.database.reading() as session:
        [kept] = products_by_sku(session, ["X-00-0"]).values()
    assert len(kept.digests) == 1 + COPIES


def test_a_killed_search_goes_on_and_finds_the_same(copies):
    for pause_s in (0.02, 0.2):
        running = start(copies.settings.home, "find")
        go(running)
        time.sleep(pause_s)
        running.kill()
        running.communicate()

    find_all(services=copies)

    queue = open_queue(PairFilter(), 1000, services=copies)
    assert queue.total == ORIGINALS * COPIES
    assert {each.left[-1] for each in queue.pairs} == {"0"}
    assert verify(services=copies).drift == 0


def test_of_two_who_decide_the_same_at_once_one_does(copies):
    find_all(services=copies)
    both = [start(copies.settings.home, "merge", name) for name in ("anna", "ben")]
    for each in both:
        go(each)
    done = [each.communicate()[0].split() for each in both]

    assert sorted(map(int, done[0] + done[1])) == sorted(set(map(int, done[0] + done[1])))
    assert len(done[0] + done[1]) == ORIGINALS * COPIES == check_whole(copies)
