"""`duplicates`: pictures are compared that were not compared yet, beside all else."""

from service.duplicates.searching import find_all
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.wiring import Services
from service.wording import counted

NAME = "duplicates"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on where the catalogue says that it was: nothing else needs to be kept."""
    found = find_all(services=services, progress=progress)
    counts = {"photos": found.photos, "proposed": found.proposed}
    job.save(place={"compared": True}, counts=counts)
    pairs = counted(found.proposed, "new pair of products", "new pairs of products")
    return Outcome(f"{pairs} may be one", counts)


KIND = Kind(NAME, "Compare every picture with all others, and propose what may be one", _run)
