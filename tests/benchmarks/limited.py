"""Runs what is started within a block in a control group of limited memory (Linux, as root)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_NAME = "lookalike-limited"


@dataclass(frozen=True)
class Group:
    """A control group, by the files of either version of them."""

    folder: Path
    limit: str
    peak: str
    events: str

    def peak_mb(self) -> float:
        """Give the most memory that its processes held together, in millions of bytes."""
        return int((self.folder / self.peak).read_text()) / 1e6

    def killed(self) -> int:
        """Give how many of its processes the system has ended for want of memory."""
        told = (self.folder / self.events).read_text().split()
        return int(told[told.index("oom_kill") + 1])


@contextmanager
def limited(megabytes: int) -> Iterator[Group]:
    """Limit what is started until `leave` is called to so many million bytes of memory."""
    old = (_ROOT / "memory").is_dir()
    folder = (_ROOT / "memory" if old else _ROOT) / _NAME
    group = (
        Group(folder, "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control")
        if old
        else Group(folder, "memory.max", "memory.peak", "memory.events")
    )
    folder.mkdir(exist_ok=True)
    (folder / group.limit).write_text(str(megabytes * 1_000_000))
    (folder / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield group
    finally:
        leave(group)
        folder.rmdir()


def leave(group: Group) -> None:
    """Take this process out of its group; those that it has started stay."""
    (group.folder.parent / "cgroup.procs").write_text(str(os.getpid()))
