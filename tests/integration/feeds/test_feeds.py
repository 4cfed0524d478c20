"""Feeds: read when they are due, from a real server and from the disk."""

from datetime import timedelta

import pytest

from catalog import feeds
from catalog.jobs import JobState
from catalog.models import now
from service.errors import BadFeed
from service.feeds import adding, beginning, keeping
from service.feeds.missing import withdraw_missing
from service.jobs.keeping import get, lines, pause, resume
from service.upkeep.verify import verify
from service.worker.worker import Worker
from tests import picture_server as plays
from tests.integration.feeds.supplier import ME, PICTURE, add, offer, read, skus, work


def test_a_feed_is_read_at_once_and_then_when_it_is_due(services, server):
    offer(server, "A", "B")
    add(services, server.address("/feed.csv"))

    [first] = work(services)
    again = work(services)
    [state] = keeping.listed(services=services)

    assert (first.state, first.message) == (
        JobState.DONE,
        "2 read: 2 added, 0 updated, 0 unchanged, 0 refused",
    )
    assert again == []
    assert skus(services) == ["A", "B"]
    assert state.next_at - now() > timedelta(hours=5)
    assert verify(services=services).problems == ()


def test_a_feed_that_was_missed_is_read_once(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"))
    with services.database.writing() as session:
        feeds.feed_named(session, "supplier").next_at = now() - timedelta(days=3)

    assert len(work(services)) == 1
    assert work(services) == []


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(minutes=400)])
def test_a_feed_does_not_wait_for_a_day_that_a_wrong_clock_said(services, server, ahead):
    offer(server, "A")
    add(services, server.address("/feed.csv"))
    with services.database.writing() as session:
        feeds.feed_named(session, "supplier").next_at = now() + ahead

    assert len(work(services)) == 1
    assert work(services) == []


def test_a_feed_whose_time_was_damaged_keeps_no_other_from_being_read(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"), name="damaged")
    add(services, server.address("/feed.csv"), name="whole")
    with services.database.writing() as session:
        feeds.feed_named(session, "damaged").every_minutes = 2**62

    assert [job.title for job in work(services)] == ["damaged", "whole"]
    assert work(services) == []


def test_a_feed_that_is_given_another_address_while_it_is_read_is_read_there(services, server):
    add(services, server.address("/feed.csv"))
    offer(server, "B", etag='"same"', path="/elsewhere.csv")
    offer(server, "A", etag='"same"')
    served = server.answers["/feed.csv"]

    def moves(to):
        where = server.address("/elsewhere.csv")
        adding.change("supplier", address=where, by=ME, services=services)
        served(to)

    server.answers["/feed.csv"] = moves
    read(services)

    read(services)

    assert skus(services) == ["A", "B"]


def test_a_feed_is_never_read_twice_at_once(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"))
    beginning.start_due(services)
    with services.database.writing() as session:
        feeds.feed_named(session, "supplier").next_at = now()

    assert beginning.start_due(services) == []
    with pytest.raises(BadFeed, match="being read already"):
        beginning.read_now("supplier", anyway=False, by=ME, services=services)


def test_a_feed_whose_reading_rests_says_so(services, server):
    offer(server, "A-1")
    add(services, server.address("/feed.csv"))
    job = beginning.read_now("supplier", anyway=False, by=ME, services=services)
    pause(job.number, by=ME, services=services)

    with pytest.raises(BadFeed, match=f"rests: let its job {job.number} go on, or end it"):
        beginning.read_now("supplier", anyway=False, by=ME, services=services)


def test_a_file_that_has_not_changed_is_not_sent_again(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"))
    work(services)
    asked = len(server.asked)

    job = read(services)

    assert job.message == "its file has not changed since it was last read"
    assert server.asked[asked:] == ["/feed.csv"]
    assert server.headers[-1]["if-none-match"] == '"1"'


def test_what_is_missing_is_told_and_withdrawn_once_its_count_is_confirmed(services, server):
    offer(server, "A", "B", "C")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, "A", "C")

    job = read(services)
    with pytest.raises(BadFeed, match="1 product missing from 'supplier', not 2"):
        withdraw_missing("supplier", 2, by=ME, services=services)
    before = skus(services)
    withdraw_missing("supplier", 1, by=ME, services=services)
    Worker(services).run_until_idle()

    assert job.message.endswith("1 product of before not in it")
    assert before == ["A", "B", "C"]
    assert skus(services) == ["A", "C"]
    assert keeping.listed(services=services)[0].missing == 0


def test_nothing_is_withdrawn_while_the_feed_is_being_read(services, server):
    offer(server, "A", "B", "C")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, "A", "C")
    read(services)
    beginning.read_now("supplier", anyway=False, by=ME, services=services)

    with pytest.raises(BadFeed, match="is being read"):
        withdraw_missing("supplier", 1, by=ME, services=services)
    Worker(services).run_until_idle()

    assert skus(services) == ["A", "B", "C"]
    assert keeping.listed(services=services)[0].missing == 1


def test_a_reading_that_failed_is_not_resumed_over_a_newer_one(services, server):
    offer(server, "A", "B", "C")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server)
    failed = read(services)
    offer(server, "A", "B", "D", etag='"newer"')
    read(services)

    resume(failed.number, by=ME, services=services)
    Worker(services).run_until_idle()

    assert "read again since" in get(failed.number, services=services).message
    assert keeping.listed(services=services)[0].products == 3


def test_what_comes_back_is_not_missing(services, server):
    offer(server, "A", "B")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, "A")
    read(services)
    offer(server, "A", "B", etag='"again"')

    read(services)

    assert keeping.listed(services=services)[0].missing == 0


@pytest.mark.parametrize(
    ("left", "reason"), [((), "names no product"), (("A",), "1 product after 4, under 50 %")]
)
def test_an_empty_or_halved_feed_changes_nothing_unless_a_person_says_so(
    services, server, left, reason
):
    offer(server, "A", "B", "C", "D")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, *left)

    refused = read(services)
    missing = keeping.listed(services=services)[0].missing
    read(services, anyway=True)

    assert refused.state is JobState.FAILED
    assert reason in refused.message
    assert missing == 0
    assert keeping.listed(services=services)[0].missing == 4 - len(left)
    assert skus(services) == ["A", "B", "C", "D"]


def test_a_row_that_is_refused_is_not_missing_and_the_feed_is_read_again(services, server):
    offer(server, "A", "B")
    add(services, server.address("/feed.csv"))
    server.answers["/red.png"] = plays.status(404)
    [first] = work(services)
    server.answers["/red.png"] = plays.body(PICTURE)

    second = read(services)

    assert "2 refused" in first.message
    assert "missing" not in first.message
    assert second.message.startswith("2 read: 2 added")


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/feed.csv", ["sku,title,photo", "A,A,{0}", "\xc4-1,B,{0}", "C,\xc4,{0}"]),
        (
            "/feed.jsonl",
            [
                '{{"sku": "A", "title": "A", "photo": "{0}"}}',
                '{{"sku": "\\ud800", "title": "B", "photo": "{0}"}}',
                '{{"sku": "C", "title": "\\ud800", "photo": "{0}"}}',
            ],
        ),
    ],
)
def test_rows_whose_letters_cannot_be_read_are_refused_and_stop_no_other(
    services, server, path, rows
):
    red = server.address("/red.png")
    data = "".join(f"{row.format(red)}\n" for row in rows).encode("latin-1")
    server.answers[path] = plays.body(data)
    add(services, server.address(path))

    [first] = work(services)
    second = read(services)

    assert (first.state, second.state) == (JobState.DONE, JobState.DONE)
    assert (first.counts["added"], first.counts["refused"], second.counts["refused"]) == (1, 2, 2)
    assert skus(services) == ["A"]
    assert keeping.listed(services=services)[0].missing == 0


def test_a_feed_may_be_a_file(services, tmp_path):
    (tmp_path / "red.png").write_bytes(PICTURE)
    path = tmp_path / "till.csv"
    path.write_text("sku,title,stock\n")
    add(services, str(path), withdraws=False)

    [job] = work(services)

    assert (job.state, job.message) == (
        JobState.FAILED,
        "its file names no product: nothing was changed",
    )


def test_a_feed_that_cannot_be_had_says_so_and_is_tried_when_it_is_due(services, server):
    add(services, server.address("/feed.csv"))

    [job] = work(services)

    assert job.state is JobState.FAILED
    assert job.message == "the feed cannot be had: the server answers 404 Not Found"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://elsewhere.example/feed.csv", "not among the hosts"),
        ("http://169.254.169.254/feed.csv", "not among the hosts"),
        ("no-such-file.csv", "there is no file"),
    ],
)
def test_a_feed_that_may_not_be_read_is_not_added(services, address, reason):
    with pytest.raises(BadFeed, match=reason):
        add(services, address)
    assert keeping.listed(services=services) == []


def test_names_and_kinds_are_told_apart(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"))

    with pytest.raises(BadFeed, match="there is a feed 'supplier' already"):
        add(services, server.address("/feed.csv"))
    with pytest.raises(BadFeed, match="say its format"):
        add(services, server.address("/feed?x=1"), name="other")
    keeping.remove("supplier", by=ME, services=services)

    assert keeping.listed(services=services) == []


@pytest.mark.parametrize("text", ["", "6", "4m", "0h", "32d", "1w", "-1h", "1.5h"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(BadFeed, match="5m to 31d"):
        adding.minutes_of(text)


def test_times_are_minutes_hours_or_days():
    assert [adding.minutes_of(text) for text in ("30m", "6h", "1d")] == [30, 360, 1440]


def folders(services):
    return [each.name for each in services.settings.jobs.iterdir()]


def test_a_feed_that_fails_again_and_again_keeps_the_files_of_one_reading(services, server):
    offer(server, "A", "B", "C")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server)

    failed = [read(services) for _ in range(3)]

    assert {job.state for job in failed} == {JobState.FAILED}
    assert folders(services) == [failed[-1].folder]


def test_rows_that_are_refused_again_and_again_are_kept_of_one_reading(services, server):
    offer(server, "A", "B")
    server.answers["/red.png"] = plays.status(404)
    add(services, server.address("/feed.csv"))

    [first] = work(services)
    second = read(services)

    assert list(lines(first.number, services=services)) == []
    assert [each.sku for each in lines(second.number, services=services)] == ["A", "B"]
    assert get(first.number, services=services).errors == 0


def test_a_feed_that_was_damaged_keeps_no_other_from_being_read(services, server):
    offer(server, "A")
    add(services, server.address("/feed.csv"), name="damaged")
    add(services, server.address("/feed.csv"), name="whole")
    with services.database.writing() as session:
        feeds.feed_named(session, "damaged").options = "{"

    [job] = work(services)

    assert (job.title, job.state) == ("whole", JobState.DONE)
    assert [each.fault is None for each in keeping.listed(services=services)] == [False, True]
    with pytest.raises(BadFeed, match="remove it and add it again"):
        read(services, "damaged")
