"""Invitations and resets: a link serves once, ends, and is used by its form alone."""

import pytest

from catalog.access.terms import Purpose
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.links import accept
from service.access.sessions import Visit, sign_in, who_has
from service.errors import ExpiredLink, WrongCredentials
from tests.doors import PASSWORD, member, send

BY = at_the_machine()
HERE = Visit("192.0.2.1")


@pytest.fixture
def link(access):
    return accounts.add_account("ada", "editor", 2, by=BY, access=access)


def page_of(link):
    return f"/staff/invited/{link.token}"


def choose(client, link, password=PASSWORD, again=PASSWORD):
    return send(client, page_of(link), page_of(link), password=password, again=again)


def test_an_invitation_leads_to_a_password_and_in(client, link):
    answer = choose(client, link)

    assert (answer.status_code, answer.location) == (303, "/staff")
    assert "ada" in client.get("/staff").text


def test_it_serves_once(client, link):
    choose(client, link)

    answer = client.application.test_client().get(page_of(link))

    assert answer.status_code == 410
    assert "ask an admin for another" in answer.text


def test_looking_at_it_uses_nothing_up(client, link):
    for _ in range(3):
        client.get(page_of(link))

    assert choose(client, link).status_code == 303


def test_it_ends(client, clock, link):
    clock.goes_on(hours=2)

    assert client.get(page_of(link)).status_code == 410


def test_another_link_takes_its_place(client, access, link):
    accounts.reset_account("ada", 2, by=BY, access=access)

    assert client.get(page_of(link)).status_code == 410


def test_nobody_guesses_one(client, link):
    assert client.get("/staff/invited/guessed").status_code == 410


def test_many_guesses_from_one_address_are_turned_away(client):
    found = []
    while 429 not in found and len(found) < 1000:  # a slow machine's minute lets some more in
        found.append(client.get(f"/staff/invited/{len(found)}").status_code)

    assert found == [410] * (len(found) - 1) + [429]
    assert len(found) > 60


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("too short", "too short", "has 12 to 256 characters, this one 9"),
        ("x" * 300, "x" * 300, "has 12 to 256 characters, this one 300"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "5 different characters"),
        (PASSWORD, "another one altogether", "Both times the same password"),
    ],
)
def test_a_password_that_breaks_a_rule_is_said_and_the_link_serves_still(
    client, link, password, again, told
):
    answer = choose(client, link, password, again)

    assert answer.status_code == 422
    assert told in answer.text
    assert choose(client, link).status_code == 303


def test_a_password_that_is_hardly_more_than_the_name_is_refused(client, access):
    link = accounts.add_account("maria.gonzalez", "viewer", 2, by=BY, access=access)

    answer = choose(client, link, "maria.gonzalez1", "maria.gonzalez1")

    assert "more than the account&#39;s name" in answer.text


def test_a_reset_ends_sessions_and_the_password_of_before(access):
    session = member("bea", "viewer", access=access)

    link = accounts.reset_account("bea", 2, by=BY, access=access)

    assert link.purpose is Purpose.RESET
    assert who_has(session, access=access) is None
    with pytest.raises(WrongCredentials):
        sign_in("bea", PASSWORD, visit=HERE, access=access)
    accept(link.token, "another one altogether", visit=HERE, access=access)
    assert sign_in("bea", "another one altogether", visit=HERE, access=access).token


def test_of_two_who_use_it_at_once_one_gets_in(access, link):
    first = accept(link.token, PASSWORD, visit=HERE, access=access)

    with pytest.raises(ExpiredLink):
        accept(link.token, "that of the other", visit=HERE, access=access)

    assert who_has(first.token, access=access).name == "ada"


def test_a_link_of_who_was_removed_leads_nowhere(client, access, link):
    accounts.remove_account("ada", by=BY, access=access)

    assert client.get(page_of(link)).status_code == 410


def test_who_has_come_in_by_a_link_and_opens_it_again_is_led_in(client, link):
    choose(client, link)

    again = client.get(page_of(link))
    elsewhere = client.application.test_client().get(page_of(link))

    assert (again.status_code, again.location) == (303, "/staff")
    assert elsewhere.status_code == 410
    assert ">Sign in</a>" in elsewhere.text
