"""A restore beside a job that runs: it goes on from where the backup was, and loses nothing."""

import pytest

from catalog.jobs import JobState
from service.backups import back_up
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import JobLost, claim
from tests.integration.backups.conftest import put_back
from tests.integration.jobs.work import ME, Counting, count, work


def at_work_in(services):
    claimed, name = claim("me", services=services)
    return JobAtWork(claimed, name, services=services, stops=lambda: False)


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
