"""Backups, and restores that may die at any report of their progress."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from service.backups import back_up, checked, restore
from service.wiring import Services
from tests.never_drifts.told import Told
from tests.never_drifts.writers import SEEN, WHO, facts_of


class Killed(Exception):
    """Stands for the end of a restore."""


class Restores:
    """Rules of a state machine that has `home`, `processes`, `told` and `leftovers`."""

    home: Path
    processes: list[Services]
    told: Told
    held: Callable[[], dict[str, object]]
    backed_up = None  # what was told until the backup

    @rule(who=WHO)
    def back_up(self, who):
        back_up(self.home / "shop.tar", services=self.processes[who])
        self.backed_up = self.told.copy()

    @precondition(lambda self: self.backed_up is not None)
    @rule(who=WHO, dies_at=st.none() | st.integers(1, 30))
    def put_back(self, who, dies_at):
        services, reports = self.processes[who], 0

        def progress(_done, _total):
            nonlocal reports
            reports += 1
            if reports == dies_at:
                raise Killed

        with (
            suppress(Killed),
            checked(
                self.home / "shop.tar", settings=services.settings, progress=progress
            ) as backup,
        ):
            restore(backup, services=services, progress=progress)
        died = reports == dies_at
        self.leftovers = True  # what the backup does not have
        held = self.held()
        assert held in (facts_of(self.told), facts_of(self.backed_up))
        if not died:
            assert held == facts_of(self.backed_up)
        SEEN["killed restores" if died else "restores"] += 1
        if held == facts_of(self.backed_up):
            decisions = self.told.decisions
            self.told = self.backed_up.copy()
            self.told.decisions = decisions  # one that was undone is never made again
