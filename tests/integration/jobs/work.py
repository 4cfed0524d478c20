"""A kind of job that can be worked out by hand, and what its tests share."""

from collections.abc import Callable

from catalog.jobs import LineKind, NewLine
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import claim
from service.jobs.job import Job
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.wiring import Services
from service.worker.doing import do

STEPS = 5
ME = at_the_machine()


class Counting:
    """Counts to five, a transaction each; odd numbers are errors. `meanwhile` comes before each."""

    def __init__(self) -> None:
        self.counted: list[int] = []
        self.meanwhile: dict[int, Callable[[], object]] = {}

    def run(self, _services: Services, job: JobAtWork, progress: Progress) -> Outcome:
        """Count from where it was."""
        for number in range(int(job.place.get("next", 1)), STEPS + 1):
            self.meanwhile.pop(number, lambda: None)()
            lines = [NewLine(LineKind.ERROR, number, "", "is odd")] if number % 2 else []
            counts = {"counted": number}
            job.save(place={"next": number + 1}, counts=counts, done=number, lines=lines)
            self.counted.append(number)
            progress(number, STEPS)
        return Outcome(f"counted to {STEPS}", job.counts)

    @property
    def kinds(self) -> dict[str, Kind]:
        """The one kind of job that it does."""
        return {"count": Kind("count", "Count to five", self.run)}


def count(services: Services, **parameters: object) -> Job:
    """Ask for a job that counts."""
    return keeping.create("count", parameters, by=ME, services=services, title="five")


def work(counting: Counting, services: Services, name: str = "me", **how: object) -> bool:
    """Do one job, if there is one for a worker of this name."""
    claimed = claim(name, services=services)
    if claimed is None:
        return False
    do(*claimed, kinds=counting.kinds, services=services, **how)  # type: ignore[arg-type]
    return True
