"""`review`: the neighbours of every product of the review queue are looked at, beside all else."""

from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.review.figures import count_left
from service.review.looking import look_at_all
from service.wiring import Services
from service.wording import counted

NAME = "review"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Look on where rows say that nobody has looked yet: nothing else needs to be kept."""
    before = job.job.done  # of those that are looked at no more

    def on(done: int, total: int | None) -> None:
        progress(before + done, None if total is None else before + total)

    look_at_all(services=services, progress=on)
    counts = {"left": count_left(services=services)}
    job.save(place={"looked": True}, counts=counts)
    want = "wants" if counts["left"] == 1 else "want"
    return Outcome(f"{counted(counts['left'], 'product')} {want} a look", counts)


KIND = Kind(NAME, "Look at the neighbours of every product in the review queue", _run)
