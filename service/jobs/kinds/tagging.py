"""`tag`: the pictures of a file that was sent, named in a table; the catalogue stays as it is."""

from pathlib import Path

from catalog.errors import BadSource
from catalog.jobs import LineKind, NewLine
from service.jobs.at_work import JobAtWork
from service.jobs.files import PICTURES
from service.jobs.kind import Kind, Outcome
from service.progress import Progress, Told
from service.tagging.journal import records_in
from service.tagging.sent_pictures import FORMATS, tag_sent, write_table
from service.wiring import Services
from service.wording import counted

NAME = "tag"


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    output = str(job.parameters.get("format", "csv"))
    if output not in FORMATS:
        raise BadSource(f"the table is one of {', '.join(FORMATS)}, got '{output[:20]}'")
    name = Path(str(job.parameters.get("file", ""))).name
    folder = job.folder / PICTURES
    model = services.model

    def step(number: int) -> None:
        """Note the pictures that could not be read, each once."""
        before = int(job.place.get("noted", 0))
        if number <= before:
            return
        lines = [
            NewLine(LineKind.ERROR, before + at, "", f"{record['path']}: {record['error']}")
            for at, record in enumerate(records_in(folder, before, number), 1)
            if record.get("error")
        ]
        failed = int(job.counts.get("failed", 0)) + len(lines)
        counts = {"tagged": number - failed, "failed": failed}
        job.save(place={"noted": number}, counts=counts, done=number, lines=lines)

    told = Told(progress)
    others = tag_sent(
        job.folder / name,
        folder,
        model=model,
        limits=services.settings.photo_limits,
        step=step,
        progress=told,
    )
    step(sum(1 for _ in records_in(folder)))
    result = f"{Path(name).stem}-tags.{output}"
    alike = write_table(folder, job.folder / result, dim=model.encoder.dim, beat=told.again)
    counts = {**job.counts, "near_duplicates": alike, "passed_over": len(others)}
    tagged = counted(int(job.counts.get("tagged", 0)), "picture")
    message = f"{tagged} tagged, {job.counts.get('failed', 0)} could not be read"
    return Outcome(message, counts, result)


KIND = Kind(NAME, "Name the categories of pictures that were sent", _run)
"""The kind of job."""
