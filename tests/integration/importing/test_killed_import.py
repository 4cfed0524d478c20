"""A real importing process is killed at random moments: nothing is lost, nothing is there twice."""

from tests.never_drifts.killed_imports import faults_of, kill_imports

KILLS = 15  # `make kills` makes more, and `.ci/run` does


def test_a_killed_import_loses_nothing_and_doubles_nothing(tmp_path):
    left = kill_imports(tmp_path, KILLS)

    assert faults_of(left) == []
