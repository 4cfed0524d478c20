"""Feeds that are changed: the next reading reads their file as it is to be read from then on."""

import pytest

from catalog.jobs import JobState
from service.feeds import adding
from tests import picture_server as plays
from tests.integration.feeds.supplier import ME, add, offer, read, skus, work


@pytest.fixture
def of_a_text(services, server):
    """A feed whose address ends in .txt."""
    offer(server, "A", "B", path="/feed.txt")
    add(services, server.address("/feed.txt"))


def to_csv(services):
    adding.change("supplier", ending="csv", by=ME, services=services)


@pytest.mark.usefixtures("of_a_text")
def test_a_file_is_read_anew_once_it_is_said_to_be_of_another_kind(services):
    work(services)

    to_csv(services)
    job = read(services)

    assert job.state is JobState.DONE
    assert job.message.startswith("2 read:")
    assert read(services).message == "its file has not changed since it was last read"


@pytest.mark.usefixtures("of_a_text")
def test_what_is_changed_while_a_file_is_read_holds_for_the_same_file_too(services, server):
    served = server.answers["/feed.txt"]

    def changes(to):
        to_csv(services)
        served(to)

    server.answers["/feed.txt"] = plays.in_turn(changes, served)
    work(services)

    assert read(services).message.startswith("2 read:")
    assert read(services).message == "its file has not changed since it was last read"
    assert skus(services) == ["A", "B"]


@pytest.mark.usefixtures("of_a_text")
def test_a_change_of_its_name_and_hour_has_no_file_read_again(services):
    work(services)

    adding.change(
        "supplier",
        name="other",
        every_minutes=60,
        ending="txt",
        withdraws=False,
        by=ME,
        services=services,
    )

    assert read(services, "other").message == "its file has not changed since it was last read"
