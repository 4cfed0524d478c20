"""`import`: a file that was sent, brought into the catalogue; its rows are numbered and counted."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog.errors import BadSource
from catalog.jobs import LineKind, NewLine
from service.importing.allowing import read_hosts, still_allowed
from service.importing.columns import COLUMNS, MORE_PHOTOS
from service.importing.course import Step
from service.importing.opening import SourceOptions
from service.importing.picture_rows import SkuFrom
from service.importing.raw import Renaming
from service.importing.running import import_source
from service.importing.tally import UNCOUNTED, uncounted
from service.jobs.at_work import JobAtWork
from service.jobs.job import MOST_NOTES
from service.jobs.kind import Kind, Outcome
from service.jobs.kinds.ranges import Ranges
from service.jobs.of_change import FOLLOW
from service.progress import Progress
from service.stock.meanings import finish_meaning
from service.wiring import Services

NAME = "import"
FILE = "file"  # the parameter that names the file in the job's folder
NOTES = "notes"  # in its place: how many notes there were, kept or not
_COUNTED = ("added", "updated", "unchanged", "kept", "refused")


class _Course:
    """Remembers in the job's row which rows are dealt with, and what came of them."""

    def __init__(self, job: JobAtWork, *, dry_run: bool) -> None:
        self._job = job
        self._dry_run = dry_run
        self._rows = Ranges(job.place.get("rows", ()))
        self._before = {name: int(job.counts.get(name, 0)) for name in _COUNTED}
        self._uncounted_before = self.uncounted = int(job.place.get(UNCOUNTED, 0))
        self.notes = int(job.place.get(NOTES, 0))
        self.done = int(job.place.get("done", 0))
        self._done_before = self.done

    def is_done(self, number: int) -> bool:
        """Return whether a row was dealt with before."""
        return number in self._rows

    def keep(self, step: Step, session: Session | None) -> None:
        """Remember a step."""
        self._rows.add(step.numbers)
        self.uncounted = self._uncounted_before + step.counts.get(UNCOUNTED, 0)
        counts = {name: self._before[name] + step.counts.get(name, 0) for name in _COUNTED}
        done = self._done_before + step.done
        room = max(0, MOST_NOTES - self.notes)
        self.notes += len(step.notes)
        place = {
            **self._job.place,
            "rows": self._rows.pairs,
            "done": done,
            UNCOUNTED: self.uncounted,
            NOTES: self.notes,
        }
        lines = [
            *(
                NewLine(LineKind.ERROR, each.line, each.sku, each.reason, _cells(each.cells))
                for each in step.errors
            ),
            *(NewLine(LineKind.NOTE, each.line, each.sku, each.note) for each in step.notes[:room]),
        ]
        if not self._dry_run:
            lines += [NewLine(LineKind.BROUGHT, line, sku, "") for line, sku in step.brought]
        if session is None:
            self._job.save(place=place, counts=counts, done=done, lines=lines)
        else:
            self._job.keep(session, place=place, counts=counts, done=done, lines=lines)


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    dry_run = bool(job.parameters.get("dry_run"))
    course = _Course(job, dry_run=dry_run)
    _let_follow(services, job)
    options = options_of(job.parameters)
    hosts = still_allowed(options.fetch_hosts, services.settings)
    report = import_source(
        job.folder / _file_of(job.parameters),
        services=services,
        options=replace(options, fetch_hosts=hosts),
        dry_run=dry_run,
        as_person=bool(job.parameters.get("as_person")),
        find_duplicates=bool(job.parameters.get("duplicates", True)),
        progress=progress,
        course=course,
        answers=job.parameters.get("answers"),
    )
    if not job.place.get("told"):
        told = [NewLine(LineKind.NOTE, each.line, each.sku, each.note) for each in report.notes]
        if map_from := job.parameters.get("map_from"):
            text = f"its columns were read as they are remembered under '{map_from}'"
            told.append(NewLine(LineKind.NOTE, 0, "", text))
        if course.uncounted:
            told.append(NewLine(LineKind.NOTE, 0, "", uncounted(course.uncounted)))
        place = {**job.place, "told": True, NOTES: course.notes + len(told)}
        job.save(place=place, counts=job.counts, lines=told)
    counts = {name: job.counts.get(name, 0) for name in _COUNTED}
    if report.possible_duplicates:
        counts["possible_duplicates"] = report.possible_duplicates
    if report.ignored:
        counts["passed_over"] = report.ignored
    return Outcome(_said(counts, dry_run), counts)


def _let_follow(services: Services, job: JobAtWork) -> None:
    """Move the products that are called by words which mean another category since this was asked.

    What was moved is not called so any more: cut off, it goes on with the others.
    """

    def keep(session: Session) -> None:
        job.keep(session, place=job.place)
        job.check()

    for word, number in (job.parameters.get(FOLLOW) or {}).items():
        finish_meaning(word, number=number, by=job.job.by, services=services, keep=keep)


def options_of(parameters: Mapping[str, Any]) -> SourceOptions:
    """Read how a file is to be read, by the names of the API. Raises: BadSource."""
    sku_from = parameters.get("sku_from")
    try:
        mapped = [f"{theirs}={ours}" for theirs, ours in (parameters.get("map") or {}).items()]
        return SourceOptions(
            category_from_folder=bool(parameters.get("category_from_folder")),
            sku_from=None if sku_from is None else SkuFrom(sku_from),
            encoding=parameters.get("encoding"),
            renaming=Renaming.of(mapped, (*COLUMNS, *MORE_PHOTOS)),
            currency=parameters.get("currency"),
            fetch_hosts=read_hosts(parameters.get("fetch_hosts") or ()),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise BadSource(f"the job says in a wrong way how to read its file: {error}") from error


def _file_of(parameters: Mapping[str, Any]) -> str:
    name = Path(str(parameters.get(FILE, ""))).name
    if not name:
        raise BadSource("the job names no file")
    return name


def _said(counts: Mapping[str, int], dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    rows = sum(counts[name] for name in _COUNTED)
    kept = f"{counts['kept']} kept as said before, " if counts["kept"] else ""
    return (
        f"{rows} read: {counts['added']} {would}added, {counts['updated']} {would}updated, "
        f"{counts['unchanged']} unchanged, {kept}{counts['refused']} refused"
    )


def _cells(cells: Mapping[str, str]) -> str:
    return json.dumps(dict(cells), ensure_ascii=False)


KIND = Kind(NAME, "Bring a file that was sent into the catalogue", _run)
