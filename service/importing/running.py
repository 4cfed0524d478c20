"""Brings a source into the catalogue: rows as a stream, in batches that are in wholly or not."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from service.duplicates.searching import find_new
from service.importing.addressed import Addressed, NotFetched, addressed
from service.importing.course import Course, numbered
from service.importing.opening import SourceOptions, open_source
from service.importing.report import ImportReport
from service.importing.source import Source
from service.importing.spelling import as_known
from service.importing.work import Work
from service.progress import Progress, Told, no_progress
from service.promotion.trying_out import try_first_model
from service.stock.filling import filling
from service.stock.record import finish_import
from service.wiring import Services

_ROUNDS = 3  # a row whose photos another process took away meanwhile is read again


def import_source(
    path: Path,
    *,
    services: Services,
    options: SourceOptions | None = None,
    dry_run: bool = False,
    as_person: bool = False,
    find_duplicates: bool = True,
    progress: Progress = no_progress,
    course: Course | None = None,
    answers: Mapping[str, str] | None = None,
) -> ImportReport:
    """Import a CSV, a folder or a ZIP; a bad row is reported and the others go in.

    What the catalogue has already is recognised by the SHA-256 of its file and not decoded again,
    so an import that was killed is finished by running it again. With `dry_run` everything is
    checked and nothing written. With `as_person` a row's category takes the place of what a
    person said before. A `course` remembers how far it is, and is told of refused rows and notes,
    which are then not in the report. `answers` say what words for categories mean: a dry run heeds
    them, and an import has learned them before.

    Pictures at addresses are fetched from the hosts that the settings and the options name.

    What came in is then compared with what is there, and what may be there twice is proposed;
    what was cut off of that is made up for by the next import.

    Raises:
        BadSource: the source as a whole breaks a rule; of an archive nothing was then written.
        BadSetting: the options name hosts that are none.
    """
    options = options or SourceOptions()
    settings = services.settings
    told = Told(progress)
    with (
        open_source(path, options, settings.max_upload_bytes, settings.own_folders) as source,
        addressed(path, options, services=services, dry_run=dry_run) as pictures,
    ):
        report = import_rows(
            source,
            services=services,
            dry_run=dry_run,
            as_person=as_person,
            progress=told,
            pictures=pictures,
            course=course,
            answers=answers,
        )
    if dry_run or not find_duplicates:
        return report
    found = find_new(services=services, beat=told.again)
    return replace(report, possible_duplicates=found.proposed)


def import_rows(
    source: Source,
    *,
    services: Services,
    dry_run: bool = False,
    as_person: bool = False,
    progress: Progress = no_progress,
    pictures: Addressed | None = None,
    course: Course | None = None,
    answers: Mapping[str, str] | None = None,
) -> ImportReport:
    """Import the rows of any source, as `import_source` does those of a file or a folder."""
    if not dry_run:
        try_first_model(services)
    told = nullcontext(progress) if dry_run else filling(services.settings.home, progress)
    with told as tell, ThreadPoolExecutor(2, thread_name_prefix="store-photos") as pool:
        work = Work(
            source,
            services,
            pool,
            dry_run=dry_run,
            as_person=as_person,
            progress=tell,
            addressed=pictures or NotFetched(),
            course=course,
            answers=answers or {},
        )
        work.run(as_known(numbered(source.rows()), services=services))
        for _ in range(_ROUNDS):
            work.run_again()
        work.give_up()
    if not dry_run:
        finish_import(services=services)
    return work.report()
