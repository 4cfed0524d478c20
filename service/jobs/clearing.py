"""What goes of jobs that are over: what was sent at once, they themselves after a while."""

from datetime import timedelta

from catalog import job_files, jobs
from catalog.models import now
from service.jobs.files import drop_abandoned, drop_folder, drop_what_was_sent, folders_there
from service.wiring import Services

KEPT = timedelta(days=14)  # how long a job that is over is kept, with what it made


def remove_old(*, services: Services, kept: timedelta = KEPT) -> int:
    """Delete jobs that were over so long ago, with their files, and files that no job has."""
    with services.database.reading() as session:
        numbers = [row.id for row in jobs.ended_before(session, now() - kept)]
    if numbers:
        with services.database.writing() as session:
            # Looked at again: somebody may have resumed one meanwhile.
            old = [(row.id, row.folder) for row in jobs.ended_before(session, now() - kept)]
            jobs.remove(session, [number for number, _ in old])
        for _, folder in old:
            drop_folder(folder, services.settings)
    with services.database.reading() as session:
        known = job_files.folders(session)
    drop_abandoned(known, services.settings)
    return len(numbers)


def drop_what_was_left(*, services: Services) -> None:
    """Delete what was sent for jobs that are done or cancelled, where a kill came before that."""
    there = folders_there(services.settings)
    if not there:
        return
    with services.database.reading() as session:
        settled = job_files.settled_folders(session)
    for folder, result in settled:
        if folder in there:
            drop_what_was_sent(folder, result, services.settings)
