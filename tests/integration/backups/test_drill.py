"""The drill: serve, import, back up, import what is wrong, restore, import what is right.

Real processes: a server that runs all along, the commands, and restores that are killed.
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from service.backups import checked
from service.settings.environment import Settings
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.live_server import ROOT, serving
from tests.stock import Item, fill

WRONG = [Item(f"N-{n:02}", (250 - n, 20, 20), title="Wrong") for n in range(30)]
RIGHT = [Item(f"N-{n:02}", (20, 20, 250 - n), title="Right") for n in range(30)]

# Dies at that report of its progress that a line of standard input names, one child for each.
RESTORER = """
import os, signal, sys
from pathlib import Path
from service.backups import checked, restore
from service.settings.environment import Settings
from service.wiring import build_services

home, bundle, path = sys.argv[1:]
for line in sys.stdin:
    if (child := os.fork()) == 0:
        left = [int(line)]
        def progress(done, total):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        services = build_services(Settings(home=Path(home), bundle=bundle))
        with checked(Path(path), settings=services.settings, progress=progress) as backup:
            restore(backup, services=services, progress=progress)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server over a shop of 60 products; the tests come in the order of the drill."""
    with serving(tmp_path_factory.mktemp("drill")) as running:
        yield running


@pytest.fixture(scope="module")
def settings(server):
    return Settings(home=server.home, bundle=str(server.home.parent / "bundle"))


@pytest.fixture
def parts(settings) -> Iterator:
    """Parts of a process of our own over the same home; a fresh one for each test."""
    with closing(build_services(settings)) as built:
        yield built


@pytest.fixture(scope="module")
def backup(server):
    return server.home.parent / "shop.tar"


def lookalike(settings, *arguments):
    told = {"LOOKALIKE_HOME": str(settings.home), "LOOKALIKE_BUNDLE": settings.bundle}
    return subprocess.run(
        [sys.executable, "-m", "service", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=120,
    )


def rows(parts):
    """Give each product's title and embedding, straight from the rows."""
    query = text(
        "SELECT sku, title, embedding FROM product JOIN photo ON product_id = product.id"
        " JOIN reading ON photo_id = photo.id"
    )
    with parts.database.reading() as session:
        return {
            row.sku: (row.title, np.frombuffer(row.embedding, "<f4"))
            for row in session.execute(query)
        }


def answers(url, sku):
    """Give all that the server finds like a product, page by page."""
    hits, page = [], 1
    while True:
        address = f"{url}/api/v1/products/{sku}/similar?per_page=100&page={page}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            found = json.load(answer)
        hits += found["hits"]
        if len(hits) >= found["total"]:
            return hits
        page += 1


def check_answers(server, parts, asked=("R-000", "G-001", "B-002", "N-05")):
    """Hold the server's answers against brute force over the rows."""
    there = rows(parts)
    for sku in [each for each in asked if each in there]:
        found = answers(server.url, sku)
        wanted = {other: float(there[sku][1] @ there[other][1]) for other in there.keys() - {sku}}
        assert {(hit["sku"], hit["title"]) for hit in found} == {
            (other, there[other][0]) for other in wanted
        }
        cosines = [wanted[hit["sku"]] for hit in found]
        np.testing.assert_allclose(cosines, sorted(wanted.values(), reverse=True), atol=1e-6)


def test_a_backup_is_made_while_the_server_answers(server, settings, parts, backup):
    check_answers(server, parts)

    done = lookalike(settings, "backup", backup)

    assert (done.returncode, done.stderr) == (0, "")
    assert "60 products with 60 pictures" in done.stdout
    assert "is whole: 60 products" in lookalike(settings, "restore", "--check", backup).stdout


def test_what_is_wrong_comes_in_and_is_served(server, parts):
    fill(parts, WRONG)
    parts.store.remove([next(iter(parts.store.digests()))])  # and a picture is lost

    check_answers(server, parts)


def test_nothing_is_replaced_without_a_word_from_a_person(settings, backup):
    done = lookalike(settings, "restore", backup)

    assert done.returncode == 2
    assert "90 products" in done.stderr
    assert "--yes" in done.stderr


def test_a_restore_that_is_killed_at_any_moment_leaves_the_old_shop_or_the_new(
    server, settings, backup
):
    with closing(build_services(settings)) as parts:
        old = {sku: title for sku, (title, _) in rows(parts).items()}
    new = {sku: title for sku, title in old.items() if title != "Wrong"}
    killed = subprocess.Popen(
        [sys.executable, "-c", RESTORER, str(settings.home), settings.bundle, str(backup)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    found, number = [], 1
    with killed:
        while True:
            killed.stdin.write(f"{number}\n")
            killed.stdin.flush()
            died = killed.stdout.readline().strip() == "-9"
            with closing(build_services(settings)) as parts:
                there = {sku: title for sku, (title, _) in rows(parts).items()}
                assert there in (old, new)
                found.append(there == new)
                report = verify(services=parts)
                lost = {DisagreementKind.MISSING_PICTURE, DisagreementKind.ORPHAN_PICTURE}
                assert {problem.kind for problem in report.problems} <= lost
                check_answers(server, parts, asked=("R-000", "N-05"))
            if not died:
                break
            number = number * 4 // 3 + 1
        killed.stdin.close()

    assert found == sorted(found)  # once it is the new shop, it stays that
    assert len(found) > 6
    assert (found[0], found[-1]) == (False, True)


def test_what_is_right_comes_in_and_is_what_everybody_finds(server, settings, parts, backup):
    done = lookalike(settings, "restore", "--yes", backup)
    assert (done.returncode, done.stderr) == (0, "")
    check_answers(server, parts)

    fill(parts, RIGHT)

    check_answers(server, parts)
    with closing(build_services(settings)) as fresh:
        assert verify(services=fresh).drift == 0
        assert {title for title, _ in rows(fresh).values()} >= {"Right"}
    with urllib.request.urlopen(f"{server.url}/readyz", timeout=30) as ready:
        assert ready.status == 200


def test_the_backup_makes_the_same_shop_in_another_place(settings, backup, tmp_path):
    elsewhere = replace(settings, home=tmp_path / "elsewhere")

    done = lookalike(elsewhere, "restore", backup)

    assert (done.returncode, done.stderr) == (0, "")
    with closing(build_services(elsewhere)) as parts:
        assert len(rows(parts)) == 60
        assert verify(services=parts).problems == ()
    with checked(Path(backup), settings=elsewhere) as found:
        assert found.manifest.products == 60
