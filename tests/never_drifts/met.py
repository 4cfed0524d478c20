"""What was met when processes of one kind of work were killed."""

from collections.abc import Iterable, Mapping
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

    def killed(self, *, at_work: bool) -> None:
        """Count a kill."""
        self.kills += 1
        self.at_work += at_work


def table(met: Iterable[Met]) -> str:
    """Write what was met as a table, with its sum."""
    rows = [(each.work, each.kills, each.at_work, len(each.faults)) for each in met]
    rows.append(("in all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    head = f"{'':<32}{'kills':>8}{'at work':>9}{'faults':>8}"
    told = [f"{name:<32}{kills:>8}{at_work:>9}{faults:>8}" for name, kills, at_work, faults in rows]
    return "\n".join([head, *told])
