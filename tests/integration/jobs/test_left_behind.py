"""What is left where a process dies, or nobody comes back, and when it goes."""

import os

import pytest

from catalog.jobs import JobState
from service.jobs import claiming, keeping
from service.jobs.claiming import claim
from service.jobs.clearing import drop_what_was_left
from service.jobs.files import folder_of, new_folder
from service.uploads.kept import Uploads
from service.worker.worker import Worker
from tests.integration.jobs.work import ME, Counting, count, work


@pytest.mark.parametrize(("state", "left"), [("done", ["tags.csv"]), ("cancelled", None)])
def test_what_a_kill_left_of_a_job_that_is_over_goes_with_the_next_clearing(state, left, services):
    folder = new_folder(services.settings)
    place = folder_of(folder, services.settings)
    for name in ("sent.zip", "tags.csv"):
        (place / name).touch()
    job = keeping.create("count", {}, by=ME, services=services, folder=folder)
    result = left and left[0]
    claimed, name = claim("me", services=services)
    claiming.let_go(
        claimed.number, name, JobState(state), "", services=services, values={"result": result}
    )

    drop_what_was_left(services=services)

    assert (sorted(each.name for each in place.iterdir()) if place.exists() else None) == left
    assert keeping.get(job.number, services=services).state is JobState(state)


def test_files_of_jobs_that_may_go_on_stay(services):
    folder = new_folder(services.settings)
    (folder_of(folder, services.settings) / "sent.zip").touch()
    keeping.create("count", {}, by=ME, services=services, folder=folder)
    counting = Counting()
    counting.meanwhile[2] = lambda: 1 / 0
    work(counting, services)

    drop_what_was_left(services=services)

    assert (folder_of(folder, services.settings) / "sent.zip").exists()


def test_a_worker_clears_away_what_nobody_comes_back_to(services):
    settings = services.settings
    count(services)  # so that there is a catalogue
    _token, sent = Uploads(settings.home, 2**20).begin(3)
    fetched = settings.fetched / "ab"
    fetched.mkdir(parents=True)
    for path in (sent, fetched):
        os.utime(path, (0, 0))

    Worker(services, queue=Nothing()).turn("me")

    assert not sent.exists()
    assert not fetched.exists()


class Nothing:
    """A queue in which there is never anything."""

    def put(self, number):
        """Forget it."""

    def take(self):
        """Give nothing."""
