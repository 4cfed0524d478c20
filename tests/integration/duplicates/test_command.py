"""`lookalike duplicates`, as whoever runs the shop uses it."""

import io
from contextlib import closing

import pytest

from catalog.duplicates.pairs import PairFilter
from service.cli.entry import run
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_new
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import build_services
from service.worker.worker import Worker
from tests.patterns import garment
from tests.stock_of_pictures import product_of
from tests.tiny_bundle import make_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A shop of three products, of which two came once more."""
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    settings = Settings(home=tmp_path / "home", bundle=str(tmp_path / "bundle"))
    with closing(build_services(settings)) as services:
        came = [("A", 0), ("B", 1), ("C", 2), ("A2", 0), ("B2", 1)]
        record_batch(
            [product_of(services, sku, garment(number)) for sku, number in came], services=services
        )
        find_new(services=services)
    return settings


def waiting(settings):
    with closing(build_services(settings)) as services:
        found = open_queue(PairFilter(), 99, services=services).pairs
        return {(each.left, each.right) for each in found if each.kind.value == "same_picture"}


def said(capsys, *arguments):
    assert run(["duplicates", *arguments]) == 0
    return capsys.readouterr().out


def test_many_are_decided_once_that_was_said_to_be_meant(home, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = said(capsys, "decide", "merge", "--kind", "same_picture")
    listed = said(capsys, "list", "--kind", "same_picture")
    done = said(capsys, "decide", "merge", "--kind", "same_picture", "--yes")

    assert "of 2 pairs 2 would be merged, and 2 products withdrawn" in refused
    assert "nothing was decided" in refused
    assert ["\tA2\t" in line or "\tB2\t" in line for line in listed.splitlines()[1:]] == [True] * 2
    assert "2 pairs merged" in done
    assert "see the change 1" in done
    assert waiting(home) == set()


def test_more_than_one_waits_for_are_left_to_a_worker(home, capsys, monkeypatch):
    monkeypatch.setattr("service.jobs.kinds.deciding_pairs.AT_ONCE", 1)
    told = said(capsys, "decide", "dismiss", "--kind", "same_picture", "--yes")
    before = waiting(home)
    with closing(build_services(home)) as services:
        Worker(services).run_until_idle()  # the command gives way to others, and so would we

    assert "lookalike jobs show 1" in told
    assert (len(before), waiting(home)) == (2, set())
