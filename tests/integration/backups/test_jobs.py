"""A restore beside a job that runs: it goes on from where the backup was, and loses nothing."""

from zipfile import ZipFile

import pytest

from catalog.jobs import JobState
from service.backups import back_up
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import JobLost, claim
from service.jobs.files import folder_of, new_folder
from tests.fakes import plain_picture
from tests.integration.backups.conftest import contents, put_back
from tests.integration.jobs.test_queue_lost import at_work
from tests.integration.jobs.work import ME, Counting, count, work
from tests.waiting import until


def at_work_in(services):
    claimed, name = claim("me", services=services)
    return JobAtWork(claimed, name, services=services, stops=lambda: False)


def send(path, services):
    folder = new_folder(services.settings)
    (folder_of(folder, services.settings) / path.name).write_bytes(path.read_bytes())
    told = {"file": path.name, "duplicates": False}
    return keeping.create("import", told, by=ME, services=services, folder=folder)


def test_a_job_that_runs_beside_a_restore_goes_on_from_where_the_backup_was(filled, tmp_path):
    job = count(filled)
    at_work = at_work_in(filled)
    at_work.save(place={"next": 2}, counts={"counted": 1}, done=1)
    back_up(tmp_path / "shop.tar", services=filled)
    at_work.save(place={"next": 5}, counts={"counted": 4}, done=4)

    put_back(tmp_path / "shop.tar", filled)
    with pytest.raises(JobLost):
        at_work.save(place={"next": 6}, counts={"counted": 5}, done=5)
    next_one = Counting()
    work(next_one, filled, "next")

    done = keeping.get(job.number, services=filled)
    assert next_one.counted == [2, 3, 4, 5]
    assert (done.state, done.counts) == (JobState.DONE, {"counted": 5})


def test_what_was_wished_of_a_job_when_the_backup_was_made_is_heeded(filled, tmp_path):
    job = count(filled)
    at_work_in(filled)
    keeping.cancel(job.number, by=ME, services=filled)
    back_up(tmp_path / "shop.tar", services=filled)

    put_back(tmp_path / "shop.tar", filled)

    assert not work(Counting(), filled, "next")
    assert keeping.get(job.number, services=filled).state is JobState.CANCELLED


def test_a_worker_whose_job_the_backup_does_not_have_lets_go_and_does_the_next(filled, tmp_path):
    back_up(tmp_path / "shop.tar", services=filled)
    before = contents(filled)
    stock = tmp_path / "stock.zip"
    with ZipFile(stock, "w") as file:
        for number in range(600):
            file.writestr(f"NEW-{number}.png", plain_picture((number % 256, 9, number // 256)))

    with at_work(filled):
        job = send(stock, filled)
        until(lambda: keeping.get(job.number, services=filled).done)
        put_back(tmp_path / "shop.tar", filled)
        restored = contents(filled)
        check = keeping.create("verify", {}, by=ME, services=filled)
        until(lambda: keeping.get(check.number, services=filled).is_over)

    done = keeping.get(check.number, services=filled)
    assert restored == before
    assert (done.kind, done.state, done.counts["drift"]) == ("verify", JobState.DONE, 0)
    assert contents(filled) == before
