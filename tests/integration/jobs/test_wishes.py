"""What is wished of a job in its last moments is not lost."""

from datetime import timedelta

import pytest

from catalog import jobs
from catalog.jobs import JobState
from catalog.models import now
from service.errors import CatalogueBusy, WrongJobState
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.files import folder_of, new_folder
from service.jobs.kind import Kind, Outcome
from service.worker.doing import do
from tests.integration.jobs.work import ME


def at_the_end(act, ending, services, *, stops=lambda: False):
    """Do a job that is acted on when its worker looks no more; give it, and its folder."""
    folder = new_folder(services.settings)
    asked = keeping.create("count", {}, by=ME, services=services, folder=folder)

    def run(_services, job, progress):
        try:
            return ending(asked, job, progress)
        finally:
            act(asked.number, by=ME, services=services)

    kinds = {"count": Kind("count", "End", run)}
    do(*claim("me", services=services), kinds=kinds, services=services, stops=stops)
    return keeping.get(asked.number, services=services), folder_of(folder, services.settings)


def is_busy(_asked, _job, _progress):
    raise CatalogueBusy("busy")


def breaks(_asked, _job, _progress):
    raise ZeroDivisionError


def ends(_asked, _job, _progress):
    return Outcome("done")


@pytest.mark.parametrize("ending", [is_busy, breaks])
def test_a_job_that_is_cancelled_beside_a_failure_is_cancelled(ending, services):
    job, folder = at_the_end(keeping.cancel, ending, services)

    assert (job.state, job.wish, folder.exists()) == (JobState.CANCELLED, None, False)


def test_a_job_that_is_paused_beside_a_failure_that_may_pass_rests(services):
    job, folder = at_the_end(keeping.pause, is_busy, services)

    assert (job.state, job.wish, folder.exists()) == (JobState.PAUSED, None, True)


def test_a_job_that_fails_or_is_done_beside_a_pause_is_failed_or_done(services):
    failed, _ = at_the_end(keeping.pause, breaks, services)
    done, _ = at_the_end(keeping.cancel, ends, services)

    assert [failed.state, done.state] == [JobState.FAILED, JobState.DONE]


@pytest.mark.parametrize(
    ("act", "state"),
    [(keeping.cancel, JobState.CANCELLED), (keeping.pause, JobState.PAUSED)],
)
def test_what_is_wished_while_a_worker_stops_is_heeded(act, state, services):
    told = []

    def stopped(_asked, _job, progress):
        told.append("stop")
        progress(1, 2)

    job, _ = at_the_end(act, stopped, services, stops=lambda: bool(told))

    assert job.state is state


@pytest.mark.parametrize(
    ("act", "state"),
    [(keeping.cancel, JobState.CANCELLED), (keeping.resume, JobState.QUEUED)],
)
def test_the_last_word_on_a_job_that_comes_to_rest_counts(act, state, services):
    def rests(asked, job, progress):
        keeping.pause(asked.number, by=ME, services=services)
        job.save(place={})
        progress(1, 2)

    job, _ = at_the_end(act, rests, services)

    assert (job.state, job.wish) == (state, None)


def test_a_job_whose_worker_died_after_it_was_cancelled_is_cancelled_by_whoever_comes_next(
    services,
):
    folder = new_folder(services.settings)
    job = keeping.create("count", {}, by=ME, services=services, folder=folder)
    claim("dead", services=services)
    keeping.cancel(job.number, by=ME, services=services)
    with services.database.writing() as session:
        jobs.find(session, job.number).beaten_at = now() - timedelta(minutes=5)

    with pytest.raises(WrongJobState, match="is being cancelled, so it cannot be paused"):
        keeping.pause(job.number, by=ME, services=services)
    assert claim("next", services=services) is None

    assert keeping.get(job.number, services=services).state is JobState.CANCELLED
    assert not folder_of(folder, services.settings).exists()
