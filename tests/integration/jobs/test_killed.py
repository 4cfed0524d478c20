"""Real workers, killed in the middle of jobs; `make kills` knows more kinds of them."""

from tests import picture_server as plays
from tests.never_drifts.killed_jobs import kill_workers
from tests.never_drifts.works_of_files import Imports
from tests.never_drifts.works_of_staff import Changes, Feeds

KILLS = 2


def killed(work):
    """Kill a few workers; give how many, and what was wrong afterwards."""
    met = kill_workers(work, KILLS)
    work.close()
    return met.kills, met.faults


def test_workers_that_are_killed_at_an_import_lose_no_row(tmp_path):
    assert killed(Imports(tmp_path / "shop")) == (KILLS, [])


def test_nor_do_those_that_change_many_products_and_bring_them_back(tmp_path):
    assert killed(Changes(tmp_path / "shop")) == (KILLS, [])


def test_nor_do_those_that_fetch_a_feed_with_its_pictures(tmp_path):
    with plays.picture_server() as server:
        assert killed(Feeds(tmp_path / "shop", server)) == (KILLS, [])
