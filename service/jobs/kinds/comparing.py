"""`duplicates`: pictures are compared that were not compared yet, beside all else."""

from sqlalchemy.orm import Session

from service.duplicates.searching import Found, find_all
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.wiring import Services
from service.wording import counted

NAME = "duplicates"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on where the catalogue says that it was, and count on."""

    def keep(session: Session, found: Found) -> None:
        place = {"compared": True}
        job.keep(session, place=place, counts=_counts(found), done=found.photos)

    before = Found(job.counts.get("photos", 0), job.counts.get("proposed", 0))
    found = find_all(services=services, progress=progress, found=before, keep=keep)
    pairs = counted(found.proposed, "new pair of products", "new pairs of products")
    return Outcome(f"{pairs} may be one", _counts(found))


def _counts(found: Found) -> dict[str, int]:
    return {"photos": found.photos, "proposed": found.proposed}


KIND = Kind(NAME, "Compare every picture with all others, and propose what may be one", _run)
