"""Processes that change many products, or undo it, are killed: nothing half, nothing twice."""

from tests.never_drifts.killed_changes import kill_changes

ROUNDS = 6


def test_a_killed_change_of_many_leaves_each_product_old_or_new_and_can_be_undone(tmp_path):
    seen = kill_changes(tmp_path / "home", ROUNDS)

    assert seen.wrong == []
    assert seen.met["killed while changing"] + seen.met["killed while undoing"] >= ROUNDS // 2
