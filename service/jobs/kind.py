"""What a kind of job is: its name, and the function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from service.jobs.at_work import JobAtWork
from service.progress import Progress
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job that is done."""

    message: str  # one line for people
    counts: Mapping[str, int] = field(default_factory=dict)
    result: str | None = None  # the file that it made in its folder; the others go


# Works in steps of one transaction each. Between any two it may be interrupted, by an exception
# out of `progress` or a kill; called again it goes on by `job.place`, or by what it finds.
Run: TypeAlias = Callable[[Services, JobAtWork, Progress], Outcome]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job."""

    name: str  # as rows and programs say it
    says: str  # what it does, for people
    run: Run
