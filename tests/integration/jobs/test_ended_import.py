"""An import that was ended says what of it is in, and that the rest was not looked at."""

import pytest
from sqlalchemy import update

from catalog.jobs import Job, JobState
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.files import folder_of, new_folder
from service.jobs.kinds.known import KINDS
from service.jobs.telling import as_record
from service.worker.doing import do
from tests.integration.jobs.work import ME


def ask(services, **parameters):
    folder = new_folder(services.settings)
    rows = "".join(f"A-{number},Coat,none.png\n" for number in range(3))
    (folder_of(folder, services.settings) / "a.csv").write_text(f"sku,title,photo\n{rows}")
    told = {"file": "a.csv", "duplicates": False, **parameters}
    return keeping.create("import", told, by=ME, services=services, folder=folder)


def say(services, job, **values):
    with services.database.writing() as session:
        session.execute(update(Job).where(Job.id == job.number).values(**values))


@pytest.mark.parametrize("state", ["queued", "paused", "failed", "running"])
def test_wherever_it_stood_it_says_what_is_in_and_counts_that_alone(services, state):
    job = ask(services)
    counts = '{"added": 256, "updated": 1, "unchanged": 2, "kept": 1, "refused": 6}'
    say(services, job, state=state, done=300, total=400, counts=counts, message="")

    ended = keeping.cancel(job.number, by=ME, services=services)

    told = as_record(ended)
    assert (ended.state, told["done"], told["total"]) == (JobState.CANCELLED, 266, 400)
    counted = "256 added, 1 updated, 2 unchanged, 1 kept as said before, 6 refused"
    assert told["message"].startswith(f"ended after 266 of 400 rows: {counted}. The others")
    assert "send the file again" in told["message"]
    assert as_record(keeping.get(job.number, services=services)) == told


def test_one_that_a_worker_is_at_says_so_once_it_heeds_it(services):
    job = ask(services)
    claimed = claim("me", services=services)

    def stops():
        return bool(keeping.cancel(job.number, by=ME, services=services).wish)

    do(*claimed, kinds=KINDS, services=services, stops=stops)

    ended = keeping.get(job.number, services=services)
    assert ended.state is JobState.CANCELLED
    assert ended.message.startswith(f"ended after {ended.done} ")


def test_one_that_was_ended_behind_its_last_row_asks_for_nothing(services):
    job = ask(services)
    say(services, job, state="paused", done=3, total=3, counts='{"added": 1, "unchanged": 2}')

    ended = keeping.cancel(job.number, by=ME, services=services)

    counted = "1 added, 0 updated, 2 unchanged, 0 refused"
    assert ended.message == f"ended after its last row: {counted}"


def test_a_check_that_was_ended_says_that_it_was_a_check(services):
    job = ask(services, dry_run=True)
    say(services, job, done=2, total=3, counts='{"added": 2}')

    ended = keeping.cancel(job.number, by=ME, services=services)

    assert ended.message == "ended after the check of 2 of 3 rows"


def test_work_that_is_not_done_by_rows_says_nothing_of_rows(services):
    job = keeping.create("verify", {}, by=ME, services=services)

    assert keeping.cancel(job.number, by=ME, services=services).message == ""
