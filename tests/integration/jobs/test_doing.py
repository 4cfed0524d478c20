"""Jobs from the moment they are asked for until they are over, whatever happens between."""

import errno
from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog import jobs
from catalog.errors import BadSource, WrongSchema
from catalog.jobs import JobState, LineKind, Wish
from service.errors import CatalogueBusy, UnknownJob, WrongJobState
from service.jobs import alive, claiming, keeping
from service.jobs.at_work import JobAtWork, Wished, WorkerStops
from service.jobs.claiming import JobLost, claim
from service.jobs.clearing import remove_old
from service.jobs.files import folder_of, new_folder
from service.jobs.kind import Kind, Outcome
from service.worker.doing import do
from service.worker.worker import Worker
from tests.integration.jobs.work import ME, Counting, count, work


@pytest.fixture
def counting():
    return Counting()


def errors_of(job, services):
    return [(line.line, line.message) for line in keeping.lines(job.number, services=services)]


def test_a_job_waits_until_a_worker_does_it(services, counting):
    asked = count(services, far="yes")

    worked = work(counting, services)

    done = keeping.get(asked.number, services=services)
    assert (asked.state, asked.parameters, asked.by.name) == (
        JobState.QUEUED,
        {"far": "yes"},
        ME.name,
    )
    assert worked
    assert (done.state, done.message, done.done, done.total) == (
        JobState.DONE,
        "counted to 5",
        5,
        5,
    )
    assert (done.counts, done.errors) == ({"counted": 5}, 3)
    assert errors_of(done, services) == [(1, "is odd"), (3, "is odd"), (5, "is odd")]
    assert done.created_at <= done.started_at <= done.ended_at
    assert not work(counting, services)


def test_jobs_are_done_in_the_order_in_which_they_were_asked_for(services, counting):
    first, second = count(services), count(services)

    work(counting, services)

    states = [keeping.get(job.number, services=services).state for job in (first, second)]
    assert states == [JobState.DONE, JobState.QUEUED]


def test_what_is_asked_of_a_job_is_in_the_log(services):
    from service.access.log import latest_of

    job = count(services)
    keeping.pause(job.number, by=ME, services=services)
    keeping.pause(job.number, by=ME, services=services)

    told = {
        action: [entry.subject for entry in latest_of(action, 5, database=services.database)]
        for action in ("job.create", "job.pause")
    }
    assert told == {"job.create": [str(job.number)], "job.pause": [str(job.number)]}


def test_a_job_that_runs_is_paused_at_its_next_step_and_goes_on_there(services, counting):
    job = count(services)
    counting.meanwhile[3] = lambda: keeping.pause(job.number, by=ME, services=services)

    work(counting, services)
    rests = keeping.get(job.number, services=services)
    is_left_alone = not work(counting, services)
    keeping.resume(job.number, by=ME, services=services)
    work(counting, services)

    done = keeping.get(job.number, services=services)
    assert (rests.state, rests.done, rests.wish) == (JobState.PAUSED, 3, None)
    assert is_left_alone
    assert counting.counted == [1, 2, 3, 4, 5]
    assert (done.state, done.counts) == (JobState.DONE, {"counted": 5})
    assert [line for line, _ in errors_of(done, services)] == [1, 3, 5]


def test_a_job_that_runs_is_cancelled_at_its_next_step(services, counting):
    job = count(services)
    counting.meanwhile[2] = lambda: keeping.cancel(job.number, by=ME, services=services)

    work(counting, services)

    over = keeping.get(job.number, services=services)
    assert (over.state, over.done, counting.counted) == (JobState.CANCELLED, 2, [1, 2])
    with pytest.raises(WrongJobState, match="is cancelled, so it cannot be resumed"):
        keeping.resume(job.number, by=ME, services=services)


def test_to_be_cancelled_wins_over_to_be_paused(services, counting):
    job = count(services)

    def both():
        keeping.cancel(job.number, by=ME, services=services)
        keeping.pause(job.number, by=ME, services=services)

    counting.meanwhile[2] = both
    work(counting, services)

    assert keeping.get(job.number, services=services).state is JobState.CANCELLED


def test_a_job_that_waits_is_paused_or_cancelled_at_once(services, counting):
    one, other = count(services), count(services)

    keeping.pause(one.number, by=ME, services=services)
    keeping.cancel(other.number, by=ME, services=services)

    assert not work(counting, services)
    assert [job.state for job in keeping.newest(5, services=services)] == [
        JobState.CANCELLED,
        JobState.PAUSED,
    ]


@pytest.mark.parametrize("act", [keeping.pause, keeping.cancel, keeping.resume])
def test_what_is_done_stays_done(act, services, counting):
    job = count(services)
    work(counting, services)

    with pytest.raises(WrongJobState, match="is done, so it cannot be"):
        act(job.number, by=ME, services=services)


@pytest.mark.parametrize("act", [keeping.pause, keeping.cancel, keeping.resume])
def test_a_job_that_there_is_not_is_told(act, services):
    with pytest.raises(UnknownJob, match="there is no job 7"):
        act(7, by=ME, services=services)


def test_two_workers_never_have_one_job(services):
    count(services)

    claims = [claim("one", services=services), claim("other", services=services)]

    assert [each is None for each in claims] == [False, True]


def test_a_job_of_a_worker_that_was_killed_goes_on_where_it_was(services, counting):
    job = count(services)
    claimed, name = claim("killed", services=services)
    lost = JobAtWork(claimed, name, services=services, stops=lambda: False)
    lost.save(place={"next": 3}, counts={"counted": 2}, done=2)
    services.settings.living.mkdir(parents=True, exist_ok=True)
    (services.settings.living / "killed").touch()  # its lock went with it

    work(counting, services)

    done = keeping.get(job.number, services=services)
    assert counting.counted == [3, 4, 5]
    assert (done.state, done.counts) == (JobState.DONE, {"counted": 5})


def test_a_worker_that_lives_keeps_its_job(services, counting):
    count(services)

    with alive.living(services.settings) as name:
        claim(name, services=services)
        others = work(counting, services, "other")

    assert not others


def test_a_worker_without_a_heartbeat_has_lost_its_job_and_writes_no_more(services, counting):
    job = count(services)
    claimed, name = claim("asleep", services=services)
    asleep = JobAtWork(claimed, name, services=services, stops=lambda: False)

    taken = claim("other", services=services, dead_after=timedelta(0))

    assert taken is not None
    assert taken[0].number == job.number
    with pytest.raises(JobLost):
        asleep.save(place={"next": 9})
    with pytest.raises(JobLost):
        claiming.beat(job.number, name, services=services)
    assert keeping.get(job.number, services=services).place == {}


def test_what_was_wished_of_a_job_whose_worker_died_is_heeded_by_the_next(services, counting):
    one, other = count(services), count(services)
    with alive.living(services.settings) as name:
        claim(name, services=services)
        claim(name, services=services)
        keeping.pause(one.number, by=ME, services=services)
        keeping.cancel(other.number, by=ME, services=services)
        wished = [job.wish for job in keeping.newest(2, services=services)]
        (services.settings.living / name).unlink()  # it cannot be told to be dead

        claim("next", services=services, dead_after=timedelta(0))

    assert wished == [Wish.CANCEL, Wish.PAUSE]
    assert [job.state for job in keeping.newest(2, services=services)] == [
        JobState.CANCELLED,
        JobState.PAUSED,
    ]


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next(services, counting):
    job = count(services)
    stops = iter([False, False, True])

    work(counting, services, stops=lambda: next(stops))

    left = keeping.get(job.number, services=services)
    assert (left.state, left.attempts, counting.counted) == (JobState.QUEUED, 0, [1, 2])
    assert work(counting, services)
    assert counting.counted == [1, 2, 3, 4, 5]


def test_a_job_that_kills_its_workers_at_one_place_ends_failed(services, counting):
    job = count(services)
    for number in range(claiming.MOST_ATTEMPTS):
        claim(f"killed-{number}", services=services, dead_after=timedelta(0))

    assert claim("next", services=services, dead_after=timedelta(0)) is None

    failed = keeping.get(job.number, services=services)
    assert failed.state is JobState.FAILED
    assert "ended its worker 5 times at the same place" in failed.message


def test_work_that_counts_anew_is_at_the_same_place_each_time(services, counting):
    job = count(services)
    for number in range(claiming.MOST_ATTEMPTS + 1):
        claimed = claim(f"killed-{number}", services=services, dead_after=timedelta(0))
        at_work = JobAtWork(*claimed, services=services, stops=lambda: False, write_s=0)
        for done in (1, 2):
            at_work.tell(done, 5)

    assert claim("next", services=services, dead_after=timedelta(0)) is None
    assert keeping.get(job.number, services=services).state is JobState.FAILED


def raising(error):
    def run(_services, _job, _progress):
        raise error

    return {"count": Kind("count", "Fail", run)}


def fail(error, services):
    do(*claim("me", services=services), kinds=raising(error), services=services)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full: make room"),
        (CatalogueBusy("another process has been writing"), "another process has been writing"),
    ],
)
def test_what_may_pass_is_tried_again_a_few_times_and_then_failed(error, reason, services):
    job = count(services)

    fail(error, services)

    again = keeping.get(job.number, services=services)
    assert (again.state, again.attempts) == (JobState.QUEUED, 1)
    assert reason in again.message
    assert claim("me", services=services) is None  # not at once
    for _ in range(claiming.MOST_ATTEMPTS - 1):
        with services.database.writing() as session:
            jobs.find(session, job.number).not_before = None
        fail(error, services)
    failed = keeping.get(job.number, services=services)
    assert failed.state is JobState.FAILED
    assert reason in failed.message
    assert "run the same command" not in failed.message


def test_a_failure_that_nobody_planned_is_in_the_log_and_the_job_says_so(services, caplog):
    job = count(services)

    fail(ZeroDivisionError("by zero"), services)

    failed = keeping.get(job.number, services=services)
    assert failed.state is JobState.FAILED
    assert failed.message == "something went wrong on our side: the log of the server tells more"
    assert "ZeroDivisionError" in caplog.text


def test_a_job_that_failed_goes_on_once_it_is_resumed(services, counting):
    job = count(services)
    fail(ZeroDivisionError("by zero"), services)

    keeping.resume(job.number, by=ME, services=services)
    work(counting, services)

    assert keeping.get(job.number, services=services).state is JobState.DONE


def test_work_that_only_a_newer_version_knows_is_left_to_it_for_a_while(services, counting):
    job = keeping.create("dance", {}, by=ME, services=services)

    told = []
    for _ in range(claiming.MOST_ATTEMPTS):
        work(counting, services)
        found = keeping.get(job.number, services=services)
        told.append((found.state, found.message))
        with services.database.writing() as session:
            jobs.find(session, job.number).not_before = None

    message = "this version does not know the work 'dance': run a newer one"
    assert told[0] == (JobState.QUEUED, message)
    assert told[-1] == (JobState.FAILED, message)


def test_a_worker_of_an_older_release_leaves_a_newer_catalogue_alone(services):
    count(services)
    worker = Worker(services)
    with services.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(WrongSchema, match="of version '9999'"):
        worker._do_one("me", None)

    [job] = keeping.newest(1, services=services)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_files_go_with_a_job_that_is_over_but_for_what_it_made(services):
    settings = services.settings
    folders = []
    for result in (None, "tags.csv"):
        folder = new_folder(settings)
        (folder_of(folder, settings) / "sent.zip").touch()
        (folder_of(folder, settings) / "tags.csv").touch()
        keeping.create("count", {}, by=ME, services=services, folder=folder)
        outcome = Outcome("made", result=result)
        kinds = {"count": Kind("count", "Make", lambda *_all, made=outcome: made)}
        do(*claim("me", services=services), kinds=kinds, services=services)
        folders.append(folder_of(folder, settings))

    assert not folders[0].exists()
    assert [path.name for path in folders[1].iterdir()] == ["tags.csv"]


def test_a_job_that_was_over_long_ago_goes_with_its_files_and_lines(services, counting):
    folder = new_folder(services.settings)
    old = keeping.create("count", {}, by=ME, services=services, folder=folder)
    work(counting, services)
    waits = count(services)

    removed = remove_old(services=services, kept=timedelta(0))

    assert removed == 1
    assert not folder_of(folder, services.settings).exists()
    with pytest.raises(UnknownJob):
        keeping.lines(old.number, LineKind.ERROR, services=services)
    assert keeping.get(waits.number, services=services).state is JobState.QUEUED


def test_a_wish_ends_the_work_and_a_stop_does_too(services):
    count(services)
    claimed, name = claim("me", services=services)
    at_work = JobAtWork(claimed, name, services=services, stops=lambda: True)

    with pytest.raises(WorkerStops):
        at_work.check()
    keeping.pause(claimed.number, by=ME, services=services)
    at_work._wish = claiming.beat(claimed.number, name, services=services)
    with pytest.raises(Wished):
        at_work.check()


def test_a_job_that_came_further_before_it_failed_has_all_its_tries_again(services):
    job = count(services)
    for number in range(claiming.MOST_ATTEMPTS - 1):
        claim(f"killed-{number}", services=services, dead_after=timedelta(0))

    def one_step(_services, at_work, _progress):
        at_work.save(place={"next": 2}, done=1)
        raise CatalogueBusy("another process has been writing")

    kinds = {"count": Kind("count", "Fail after a step", one_step)}
    do(*claim("me", services=services, dead_after=timedelta(0)), kinds=kinds, services=services)

    again = keeping.get(job.number, services=services)
    assert (again.state, again.attempts) == (JobState.QUEUED, 1)


def test_what_went_wrong_tells_nobody_where_things_lie(services):
    folder = new_folder(services.settings)
    place = folder_of(folder, services.settings).absolute()
    home = services.settings.home.absolute()
    job = keeping.create("count", {}, by=ME, services=services, folder=folder)
    told = []
    for error in (
        PermissionError(errno.EACCES, "Permission denied", str(place / "stock.zip")),
        BadSource(f"'{place}/stock.zip' and {home}/photos disagree"),
    ):
        fail(error, services)
        told.append(keeping.get(job.number, services=services).message)
        keeping.resume(job.number, by=ME, services=services)

    assert told == [
        "stock.zip: Permission denied; check the path and its rights",
        "'stock.zip' and photos disagree",
    ]
