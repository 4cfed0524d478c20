"""Work that a worker is killed at: how it is asked for, and what must be there afterwards."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from catalog import jobs
from catalog.exported import WholeProduct, stream_products
from catalog.jobs import JobState, LineKind
from catalog.staff_changes import stream_kept
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.jobs.job import Job
from service.settings.environment import Settings
from service.upkeep.checks import DisagreementKind
from service.upkeep.verify import verify
from service.wiring import Services, build_services
from service.worker.worker import Worker
from tests.tiny_bundle import make_bundle

ME = at_the_machine()
_HARMLESS = {DisagreementKind.ORPHAN_PICTURE, DisagreementKind.ABANDONED_FILE}


class Work:
    """One kind of job over a shop of its own; its checks say what must hold, and if it does."""

    name: ClassVar[str]

    def __init__(self, folder: Path, **settings: object) -> None:
        """Make an empty shop, read by a real network."""
        folder.mkdir(parents=True)
        make_bundle(folder / "bundle")
        self.folder = folder
        self.settings = Settings(home=folder / "home", bundle=str(folder / "bundle"), **settings)  # type: ignore[arg-type]  # by name
        self.services: Services = build_services(self.settings)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether the job that was asked for last may be ended half done."""
        return True

    def ask(self) -> int:
        """Ask for the next job, and give its number."""
        raise NotImplementedError

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check a job that is done."""
        raise NotImplementedError

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check a job that was ended half done."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the shop."""
        self.services.close()

    def products(self) -> list[WholeProduct]:
        """Return every product."""
        with self.services.database.reading() as session:
            return list(stream_products(session))

    def skus(self) -> Counter[str]:
        """Count the SKUs that there are."""
        return Counter(product.sku for product in self.products())

    def lines(self, job: Job) -> list[int]:
        """Return the lines that a job has told of as refused."""
        return [
            line.line for line in keeping.lines(job.number, LineKind.ERROR, services=self.services)
        ]

    def checks(self, job: Job) -> dict[str, bool]:
        """Check a job that is over, and the shop around it."""
        checks = {f"is {job.state.value}: {job.message}": job.state is not JobState.FAILED}
        if job.state is JobState.DONE:
            checks |= self.done(job)
        elif job.state is JobState.CANCELLED:
            checks |= self.cancelled(job)
        lines = len(self.lines(job))
        checks[f"{lines} lines are there, {job.errors} are counted"] = lines == job.errors
        return checks | self._shop()

    def _shop(self) -> dict[str, bool]:
        """Check that rows, pictures and index agree, and that nothing lies about."""
        services = self.services
        Worker(services, queue=_Nothing()).turn("duties")
        report = verify(services=services, repair=True)
        wrong = {each.kind for each in report.repaired} - _HARMLESS
        there = set(services.store.digests())
        left = self._left_behind()
        return {
            f"drift {report.drift}, {sorted(wrong)} had to be repaired": not (
                report.drift or wrong
            ),
            f"{report.problems[:3]} stay after a repair": not report.problems,
            "pictures are missing or too many": self._pictures() == there,
            f"{left} lie about": not left,
        }

    def _pictures(self) -> set[str]:
        """Return the pictures that products show, and those that an undo may want."""
        shown = {digest for product in self.products() for digest in product.digests}
        with self.services.database.reading() as session:
            return shown.union(*stream_kept(session))

    def _left_behind(self) -> list[str]:
        """Name the folders that no job needs any more, and other files that are nobody's."""
        settings = self.settings
        with self.services.database.reading() as session:
            wanted = {
                row.folder
                for row in jobs.page(session, 1_000)
                if row.result or row.state not in (JobState.DONE.value, JobState.CANCELLED.value)
            }
        folders = settings.jobs.iterdir() if settings.jobs.is_dir() else ()
        return [each.name for each in folders if each.name not in wanted]


class _Nothing:
    """A queue that tells of nothing."""

    def put(self, number: int) -> None:
        """Forget it."""

    def take(self) -> int | None:
        """Give nothing, at once."""
        return None
