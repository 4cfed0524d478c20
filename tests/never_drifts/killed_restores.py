"""Kills restores beside imports that run, and the workers of these, and says what they left."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from catalog.jobs import JobState
from service.backups import back_up
from service.jobs import keeping
from service.jobs.job import Job
from tests.never_drifts.killed import restoring, working
from tests.never_drifts.met import Met
from tests.never_drifts.works_of_files import Imports

_FIRST_S = 0.4  # from the beginning of a worker, or of a restore, to its kill, to begin with
_GONE = "the files of this job are gone"


class Restored(Imports):
    """An import beside which the shop is put back to a moment of it."""

    name = "restore beside an import"

    def checks(self, job: Job) -> dict[str, bool]:
        """Check the shop; a job whose backup is older than its end has no files any more."""
        checks = super().checks(job)
        if job.state is JobState.FAILED and job.message.startswith(_GONE):
            checks = {what: holds for what, holds in checks.items() if job.message not in what}
        return checks


def kill_restores(
    folder: Path, kills: int, tell: Callable[[Met], None] = lambda _met: None, seed: int = 7
) -> Met:
    """Kill as many restores or workers with SIGKILL, turn by turn; `tell` is told of each."""
    work, chance = Restored(folder / "shop"), random.Random(seed)
    met, backup = Met(work.name), folder / "shop.tar"
    patience_s = _FIRST_S
    while met.kills < kills:
        number = work.ask()
        back_up(backup, services=work.services)
        while (
            met.kills < kills and not (job := keeping.get(number, services=work.services)).is_over
        ):
            with working(work.settings) as worker:
                time.sleep(chance.uniform(0, patience_s))
                if chance.random() < 0.5:
                    back_up(backup, services=work.services)
                with restoring(work.settings, backup) as process:
                    process.join(chance.uniform(0, patience_s))
                    hit = process.is_alive()
                    process.kill()
                met.killed(at_work=hit)
                tell(met)
                time.sleep(chance.uniform(0, patience_s / 2))
                worker.kill()
            job = keeping.get(number, services=work.services)
            met.killed(at_work=job.state is JobState.RUNNING)
            tell(met)
            patience_s *= 0.8 if job.is_over else 1.2
        with working(work.settings) as worker:
            worker.join()
        job = keeping.get(number, services=work.services)
        met.hold(f"job {number}", work.checks(job) | {f"is {job.state}": job.is_over})
    work.close()
    return met
