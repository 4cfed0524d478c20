"""`verify`: whether database, pictures and index agree, looked at beside everything else."""

from catalog.jobs import LineKind, NewLine
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.progress import Progress
from service.upkeep.verify import verify
from service.wiring import Services

NAME = "verify"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Look at everything anew; what was found before an interruption may no longer be so."""
    report = verify(services=services, repair=bool(job.parameters.get("repair")), progress=progress)
    lines = [
        NewLine(LineKind.ERROR, number, "", f"{each.kind.value}: {each.subject}; {each.advice}")
        for number, each in enumerate(report.problems, 1)
    ]
    counts = {"drift": report.drift, "repaired": len(report.repaired)}
    job.save(place={"looked": True}, counts=counts, lines=lines)
    told = f"drift {report.drift}, {len(report.problems)} problems, {len(report.repaired)} repaired"
    return Outcome(told, counts)


KIND = Kind(NAME, "Check that database, pictures and index agree", _run)
