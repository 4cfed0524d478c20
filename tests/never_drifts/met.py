"""What was met when processes of one kind of work were killed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Met:
    """How often processes that do one kind of work were killed, and what was wrong afterwards."""

    work: str
    kills: int = 0
    at_work: int = 0  # the others were done, or had not begun, when the signal came
    faults: list[str] = field(default_factory=list)

    def hold(self, where: str, checks: Mapping[str, bool]) -> None:
        """Note what is not as it must be."""
        self.faults += [
            f"{self.work}, {where}: {what}" for what, holds in checks.items() if not holds
        ]

    @property
    def row(self) -> str:
        """What was met, in a line."""
        return f"{self.work}: {self.kills} kills, {self.at_work} at work, {len(self.faults)} faults"

    def killed(self, *, at_work: bool) -> None:
        """Count a kill."""
        self.kills += 1
        self.at_work += at_work


def table(met: Sequence[Met]) -> str:
    """Write what was met as a table, with its sum."""
    whole = Met(
        "in all",
        sum(each.kills for each in met),
        sum(each.at_work for each in met),
        [fault for each in met for fault in each.faults],
    )
    rows = [
        f"{each.work:<32}{each.kills:>8}{each.at_work:>9}{len(each.faults):>8}"
        for each in (*met, whole)
    ]
    return "\n".join([f"{'':<32}{'kills':>8}{'at work':>9}{'faults':>8}", *rows])
