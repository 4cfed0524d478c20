"""Hands a file that was sent over to a job."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog import jobs
from service.access.actor import Actor
from service.access.log import record
from service.errors import UnknownJob, UnknownUpload
from service.importing.allowing import check_may_allow
from service.importing.category_answers import answers_of, check_answers, learn_within
from service.importing.wishes import ImportWish, needed_map, options_of
from service.jobs.files import drop_folder, folder_of, new_folder
from service.jobs.job import Job, job_of, named_job
from service.jobs.keeping import create_within
from service.jobs.of_change import FOLLOW
from service.jobs.queue import ring
from service.uploads.kept import Upload, Uploads
from service.uploads.places import check_places
from service.wiring import Services
from service.writing.idempotency import once, repeatable

_PRINTED = 1024 * 1024  # bytes of a file's beginning, and of its end
_LOOKED_AT = 100  # jobs that are under way
_NOTHING: Mapping[str, str] = {}


def start_import(
    upload: Upload,
    wish: ImportWish,
    *,
    dry_run: bool,
    by: Actor,
    uploads: Uploads,
    services: Services,
    key: str | None = None,
) -> Job:
    """Have a file imported, or all of it checked; what is only checked waits to be imported.

    What comes again under the same `key`, an Idempotency-Key, is the job that it was.

    Raises:
        BadRequestValue: the key is none, or came with another file before.
        BadSource: what is wished breaks a rule, or what its words mean contradicts what is known.
        NotAllowed: hosts are allowed by somebody who may not.
        UnknownUpload: it was dealt with meanwhile.
        ServerBusy: so many files wait as jobs that others must go first.
    """
    check_may_allow(wish.fetch_hosts, by, services.settings)
    options = options_of(wish, services=services)
    answers = answers_of(wish.categories)
    if dry_run:
        check_answers(answers, services=services)
    map_from = wish.map_from
    if not options.renaming.columns and (
        map_from := needed_map(upload.path, wish.encoding, services=services)
    ):
        options = options_of(replace(wish, map_from=map_from), services=services)
    parameters = {
        "dry_run": dry_run,
        "as_person": wish.as_person,
        "map": dict(
            options.renaming.columns
        ),  # as it is now, whatever becomes of a map that is kept
        "map_from": map_from,
        "sku_from": wish.sku_from,
        "category_from_folder": wish.category_from_folder,
        "encoding": wish.encoding,
        "currency": wish.currency,
        "fetch_hosts": list(wish.fetch_hosts),
        "answers": answers,
    }
    learned = {} if dry_run else answers  # what a word means counts from the first row on
    job = _start("import", upload, parameters, by=by, services=services, key=key, learned=learned)
    if not dry_run:
        uploads.remove(upload.token)
    return job


def start_tagging(
    upload: Upload,
    output: str,
    *,
    by: Actor,
    uploads: Uploads,
    services: Services,
    key: str | None = None,
) -> Job:
    """Have the pictures of a file tagged; `output` is the ending of the table.

    Raises:
        BadRequestValue: the key is none, or came with another file before.
    """
    job = _start("tag", upload, {"format": output}, by=by, services=services, key=key)
    uploads.remove(upload.token)
    return job


def _start(
    kind: str,
    upload: Upload,
    parameters: Mapping[str, Any],
    *,
    by: Actor,
    services: Services,
    key: str | None,
    learned: Mapping[str, str] = _NOTHING,
) -> Job:
    """Link first, then the row, then the file goes: a kill in between loses nothing.

    What words mean is `learned` with the job that needs it, and with none that is refused.
    """
    told = {"file": upload.name, "upload": upload.token, **parameters}
    repeated = repeatable(key, _print_of(kind, upload, parameters) if key else b"", by)
    folder = new_folder(services.settings)
    try:
        _link(upload.path, folder_of(folder, services.settings) / upload.name)
        with services.database.writing() as session:

            def begin() -> str:
                made = _begun_before(session, kind, told)
                if made is None:
                    check_places(session, by)
                    # Products of a word that are many follow in the job, before its rows.
                    follow = learn_within(session, learned, by=by)
                    asked = {**told, FOLLOW: follow} if follow else told
                    made = create_within(
                        session, kind, asked, by=by, title=upload.name, folder=folder
                    )
                    if (hosts := told.get("fetch_hosts")) and not told["dry_run"]:
                        record(session, by, "fetch.allow", str(made.number), ", ".join(hosts))
                return str(made.number)

            number = int(once(session, repeated, begin))
            row = jobs.find(session, number)
            if row is None:
                raise UnknownJob(f"the job {number}, which this key began, was removed since")
            job = named_job(session, row)
    except FileNotFoundError as error:  # another request has begun it, and removed it since
        drop_folder(folder, services.settings)
        raise UnknownUpload("it was dealt with meanwhile: look among the jobs") from error
    except BaseException:
        drop_folder(folder, services.settings)
        raise
    if job.folder != folder:
        drop_folder(folder, services.settings)
    ring(job.number, services.settings)
    return job


def _begun_before(session: Session, kind: str, told: Mapping[str, Any]) -> Job | None:
    """Return the job that does the very same already: a button may be pressed twice."""
    for row in jobs.page(session, _LOOKED_AT, kinds=[kind], states=jobs.UNDER_WAY):
        job = job_of(row)
        if {name: it for name, it in job.parameters.items() if name != FOLLOW} == told:
            return job
    return None


def _link(source: Path, target: Path) -> None:
    """Give a file another name: whichever goes first, the other stays."""
    try:
        os.link(source, target)
    except OSError:  # a file system without such names
        shutil.copyfile(source, target)


def _print_of(kind: str, upload: Upload, parameters: Mapping[str, Any]) -> bytes:
    """Return what tells a file that is sent with its wishes from any other, without reading it all.

    A gigabyte takes seconds to read, and who sends another file under the same key changes its
    size, its beginning or its end.
    """
    with upload.path.open("rb") as file:
        first = file.read(_PRINTED)
        file.seek(max(0, upload.size - _PRINTED))
        last = file.read(_PRINTED)
    told = json.dumps([kind, upload.name, upload.size, dict(parameters)], sort_keys=True)
    return b"\0".join((told.encode(), first, last))
