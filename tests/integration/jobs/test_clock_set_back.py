"""A clock that ran ahead, and was set back: nothing waits for what it said."""

from datetime import timedelta

from catalog import jobs
from catalog.jobs import JobState
from catalog.models import now
from service.jobs import alive, keeping
from service.jobs.claiming import claim
from tests.integration.jobs.work import Counting, count, work

AHEAD = timedelta(days=400)


def say(services, job, **values):
    with services.database.writing() as session:
        row = jobs.find(session, job.number)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_job_that_is_to_be_tried_again_does_not_wait_for_that_day(services):
    job = count(services)
    say(services, job, not_before=now() + AHEAD)

    worked = work(Counting(), services)

    assert worked
    assert keeping.get(job.number, services=services).state is JobState.DONE


def test_nor_does_one_whose_worker_was_last_heard_of_then(services):
    job = count(services)
    claim("gone", services=services)
    say(services, job, beaten_at=now() + AHEAD)

    worked = work(Counting(), services)

    assert worked
    assert keeping.get(job.number, services=services).state is JobState.DONE


def test_what_is_to_wait_a_moment_waits(services):
    job = count(services)
    say(services, job, not_before=now() + timedelta(seconds=40))

    assert not work(Counting(), services)


def test_a_worker_that_lives_keeps_its_job_while_the_clock_is_set(services):
    job = count(services)

    with alive.living(services.settings) as name:
        claim(name, services=services)
        say(services, job, beaten_at=now() + timedelta(seconds=30))
        others = work(Counting(), services, "other")

    assert not others
