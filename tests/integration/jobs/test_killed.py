"""Real workers, killed in the middle of an import and of tagging."""

from tests.never_drifts.killed_jobs import kill_workers


def test_workers_that_are_killed_lose_nothing_and_do_nothing_twice(tmp_path):
    left = kill_workers(tmp_path, 2)

    assert (left.kills, left.wrong) == (2, [])
