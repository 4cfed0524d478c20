"""`verify`: whether database, pictures and index agree, looked at beside everything else."""

from catalog.jobs import LineKind, NewLine
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.upkeep.verify import verify
from service.wiring import Services

NAME = "verify"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Look at everything anew, unless what was found is written down already."""
    if "problems" not in job.place:
        repair = bool(job.parameters.get("repair"))
        report = verify(services=services, repair=repair, progress=progress)
        lines = [
            NewLine(LineKind.ERROR, number, "", f"{each.kind.value}: {each.subject}; {each.advice}")
            for number, each in enumerate(report.problems, 1)
        ]
        counts = {"drift": report.drift, "repaired": len(report.repaired)}
        job.save(place={"problems": len(report.problems)}, counts=counts, lines=lines)
    told = (
        f"drift {job.counts['drift']}, {job.place['problems']} problems, "
        f"{job.counts['repaired']} repaired"
    )
    return Outcome(told, job.counts)


KIND = Kind(NAME, "Check that database, pictures and index agree", _run)
