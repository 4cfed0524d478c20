"""`decide-duplicates`: one decision for more pairs than somebody waits for in front of a page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.jobs import LineKind, NewLine
from catalog.models import now
from service.access.actor import Actor
from service.duplicates.bulk import WORDS, BulkDone, RefusedPair, decide_bulk
from service.duplicates.decision import Verdict
from service.duplicates.many import AT_ONCE
from service.jobs.at_work import JobAtWork
from service.jobs.job import Job
from service.jobs.keeping import create
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.wiring import Services
from service.wording import counted

NAME = "decide-duplicates"


def is_long_decision(steps: Sequence[Sequence[int]]) -> bool:
    """Whether these pairs are more than somebody waits for."""
    return sum(map(len, steps)) > AT_ONCE


def ask_to_decide(
    steps: Sequence[Sequence[int]],
    verdict: Verdict,
    *,
    by: Actor,
    services: Services,
    at: datetime | None = None,
) -> Job:
    """Ask that pairs be decided by their numbers, those of a step in one transaction.

    `at` is when they were looked at, now unless it is told.
    """
    asked = {
        "decision": verdict.value,
        "steps": [list(step) for step in steps],
        "at": (at or now()).isoformat(),
    }
    title = f"{counted(sum(map(len, steps)), 'pair')} to be {WORDS[verdict]}"
    return create(NAME, asked, by=by, services=services, title=title)


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on behind the last transaction that is in, with the change that was begun."""
    steps = job.parameters["steps"]
    at = job.parameters.get("at")  # jobs of an earlier release do not tell it

    def keep(session: Session, done: BulkDone, refused: Sequence[RefusedPair]) -> None:
        lines = [NewLine(LineKind.ERROR, each.number, each.sku, each.reason) for each in refused]
        place = {"step": done.step, "change": done.change}
        job.keep(session, place=place, counts=_counts(done), done=done.looked_at, lines=lines)

    done = decide_bulk(
        steps,
        Verdict(job.parameters["decision"]),
        by=job.job.by,
        services=services,
        progress=progress,
        done=BulkDone(
            sum(map(len, steps)),
            change=job.place.get("change"),
            step=int(job.place.get("step", 0)),
            decided=job.counts.get("decided", 0),
            passed_over=job.counts.get("fell_away", 0),
            refused=job.counts.get("refused", 0),
        ),
        keep=keep,
        asked_at=job.job.created_at if at is None else datetime.fromisoformat(at),
    )
    told = f"{counted(done.decided, 'pair')} decided"
    told += f", {done.passed_over} fell away" if done.passed_over else ""
    told += f", {done.refused} could not be" if done.refused else ""
    if done.change is not None:
        told += f"; all of it is the change {done.change}"
    return Outcome(told, _counts(done))


def _counts(done: BulkDone) -> dict[str, int]:
    return {
        "decided": done.decided,
        "fell_away": done.passed_over,
        "refused": done.refused,
    }


KIND = Kind(NAME, "Decide many pairs of products that may be one", _run)
