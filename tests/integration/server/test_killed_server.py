"""A real server is killed while programs write to it: what was answered stays, nothing is twice."""

from tests.never_drifts.killed_servers import faults_of, kill_servers

KILLS = 3  # `make kills` makes more, and `.ci/run` does


def test_a_killed_server_keeps_what_it_answered_and_doubles_nothing(tmp_path):
    left = kill_servers(tmp_path, KILLS)

    assert faults_of(left) == []
