"""The way in: a password, a session that can be ended, and waits for who guesses."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.access import accounts as rows
from catalog.access.tables import AccountSession
from service.access.accounts import change_role, remove_account, reset_account
from service.access.actor import at_the_machine
from service.access.links import accept
from service.access.sessions import Visit
from service.access.sessions import sign_in as begin
from service.errors import ServerBusy, TooManyAttempts, WrongCredentials
from service.web.app import create_app
from tests.doors import PASSWORD, access_of, member, send, sign_in, token_on

HERE = Visit("192.0.2.1")
SESSION = "lookalike-session"


@pytest.fixture
def ada(access):
    member("ada", "admin", access=access)
    return "ada"


def is_in(client):
    return client.get("/staff").status_code == 200


def test_a_name_and_its_password_open_the_staffs_pages(client, ada):
    answer = sign_in(client, "Ada ")

    assert (answer.status_code, answer.location) == (303, "/staff")
    assert is_in(client)


@pytest.mark.parametrize(("name", "password"), [("ada", "another one"), ("eve", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(client, ada, name, password):
    answer = sign_in(client, name, password)

    assert answer.status_code == 401
    assert "No account has this name and this password." in answer.text
    assert not is_in(client)


def test_what_was_asked_for_is_shown_after_signing_in(client, ada):
    answer = sign_in(client, ada, next="/staff/audit?actor=ada")

    assert answer.location == "/staff/audit?actor=ada"


@pytest.mark.parametrize(
    "astray",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/staff//evil",
        "/browse",
        "/staffing",
    ],
)
def test_nothing_else_is_led_on_to(client, ada, astray):
    answer = sign_in(client, ada, next=astray)

    assert answer.location == "/staff"


def test_the_cookie_is_for_this_server_alone_and_for_no_script(client, ada):
    answer = sign_in(client, ada)

    [told] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(SESSION)]
    assert "HttpOnly" in told
    assert "SameSite=Lax" in told
    assert "Path=/" in told
    assert "Domain" not in told


def test_over_https_no_neighbour_can_set_the_cookie(services, access, ada):
    client = create_app(services, access).test_client()
    page = client.get("/staff/sign-in", base_url="https://shop.example")

    answer = client.post(
        "/staff/sign-in",
        base_url="https://shop.example",
        data={"form_token": token_on(page.text), "name": ada, "password": PASSWORD},
    )

    [told] = [each for each in answer.headers.getlist("Set-Cookie") if "session" in each]
    assert told.startswith("__Host-lookalike-session=")
    assert "Secure" in told


def test_a_session_that_somebody_laid_in_wait_is_not_taken_over(client, ada):
    client.set_cookie(SESSION, "chosen-by-a-stranger")

    sign_in(client, ada)

    assert client.get_cookie(SESSION).value != "chosen-by-a-stranger"
    stranger = client.application.test_client()
    stranger.set_cookie(SESSION, "chosen-by-a-stranger")
    assert not is_in(stranger)


def test_signing_in_once_more_ends_the_session_of_before(client, ada):
    sign_in(client, ada)
    before = client.get_cookie(SESSION).value

    sign_in(client, ada)

    stranger = client.application.test_client()
    stranger.set_cookie(SESSION, before)
    assert not is_in(stranger)
    assert is_in(client)


def test_a_session_that_was_left_opens_nothing_any_more(client, ada):
    sign_in(client, ada)
    kept = client.get_cookie(SESSION).value

    send(client, "/staff", "/staff/sign-out")

    client.set_cookie(SESSION, kept)
    assert not is_in(client)


def test_sessions_are_ended_everywhere(app, ada):
    desk, phone = app.test_client(), app.test_client()
    for each in (desk, phone):
        sign_in(each, ada)

    send(desk, "/staff", "/staff/sign-out-everywhere")

    assert not is_in(desk)
    assert not is_in(phone)


@pytest.mark.parametrize(
    "change",
    [
        lambda access: reset_account("ada", 1, by=at_the_machine(), access=access),
        lambda access: remove_account("ada", by=at_the_machine(), access=access),
    ],
    ids=["reset", "removed"],
)
def test_who_is_reset_or_removed_is_out_at_once(client, access, ada, change):
    sign_in(client, ada)

    change(access)

    assert not is_in(client)


def test_a_role_counts_from_the_next_click_on(client, access, ada):
    sign_in(client, ada)

    change_role("ada", "viewer", by=at_the_machine(), access=access)

    assert client.get("/staff").status_code == 200
    assert client.get("/staff/users").status_code == 403


def test_a_session_ends_when_it_is_left_alone_and_in_any_case(client, access, clock, ada):
    sign_in(client, ada)

    for _ in range(30):
        clock.goes_on(hours=11)
        client.get("/staff")
        access.uses.wait()
    used_all_along = is_in(client)
    clock.goes_on(hours=11)

    assert used_all_along
    assert not is_in(client)  # fourteen days are over
    sign_in(client, ada)
    clock.goes_on(hours=13)
    assert not is_in(client)  # twelve hours without a click


def test_sessions_that_are_over_are_deleted(client, access, clock, ada):
    sign_in(client, ada)
    clock.goes_on(days=20)

    begin("ada", PASSWORD, visit=HERE, access=access)

    with access.database.reading() as session:
        assert session.query(AccountSession).count() == 1


def guess(access, name="ada", address="192.0.2.1", times=1):
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            begin(name, "a wrong password", visit=Visit(address), access=access)


@pytest.mark.parametrize("name", ["ada", "nobody-has-this"])
def test_after_five_failures_an_account_is_closed_for_longer_each_time(access, clock, ada, name):
    guess(access, name, times=5)
    waits = []

    for _ in range(7):
        with pytest.raises(TooManyAttempts) as closed:
            begin(name, PASSWORD, visit=Visit("198.51.100.7"), access=access)
        waits.append(closed.value.retry_after_s)
        clock.goes_on(seconds=waits[-1])
        guess(access, name, "198.51.100.8")

    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_a_clock_that_was_ahead_closes_nothing_for_longer_than_is_ever_waited(access, clock, ada):
    clock.goes_on(hours=5)
    guess(access, times=5)

    clock.goes_on(hours=-5)

    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_who_waits_gets_in_and_begins_anew(access, clock, ada):
    guess(access, times=5)
    clock.goes_on(seconds=31)

    begin(ada, PASSWORD, visit=HERE, access=access)

    guess(access, times=4)
    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_an_address_that_tries_many_names_is_closed(access, ada):
    for number in range(20):
        guess(access, f"name-{number}", "203.0.113.5")

    with pytest.raises(TooManyAttempts):
        begin(ada, PASSWORD, visit=Visit("203.0.113.5"), access=access)

    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_ones_own_account_does_not_open_an_address_to_further_guesses(access, clock, ada):
    for number in range(20):
        guess(access, f"name-{number}", "203.0.113.5")
    clock.goes_on(minutes=2)
    begin(ada, PASSWORD, visit=Visit("203.0.113.5"), access=access)

    guess(access, "another", "203.0.113.5")

    with pytest.raises(TooManyAttempts):
        begin("another", "guessed", visit=Visit("203.0.113.5"), access=access)


def test_however_many_guess_at_once_no_more_are_looked_at(access, ada):
    def once(number):
        try:
            begin(ada, f"guess {number}", visit=Visit(f"192.0.2.{number}"), access=access)
        except (WrongCredentials, TooManyAttempts) as error:
            return type(error)

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(once, range(24)))

    assert found.count(WrongCredentials) == 5
    assert found.count(TooManyAttempts) == 19


def test_the_page_says_how_long_it_is_closed(client, access, ada):
    guess(access, times=5)

    answer = sign_in(client, ada)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "try again in 30 seconds" in answer.text


def test_a_reset_opens_an_account_that_is_closed(access, ada):
    guess(access, times=5)
    link = reset_account(ada, 1, by=at_the_machine(), access=access)

    accept(link.token, PASSWORD, visit=HERE, access=access)

    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_what_was_tried_in_vain_is_forgotten_after_a_day(access, clock, ada):
    guess(access, times=4)
    clock.goes_on(hours=25)

    guess(access, times=4)

    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_a_password_of_older_rules_is_kept_by_those_of_now(services, access, ada):
    begin(ada, PASSWORD, visit=HERE, access=access)
    dearer = access_of(services, memory_cost=64)

    begin(ada, PASSWORD, visit=HERE, access=dearer)

    with access.database.reading() as session:
        assert "m=64," in rows.named(session, ada).password_hash


def test_another_process_knows_the_session_the_form_and_the_secret(services, access, app, ada):
    one, other = app.test_client(), create_app(services, access_of(services)).test_client()
    page = one.get("/staff/sign-in")
    other.set_cookie("lookalike-visitor", one.get_cookie("lookalike-visitor").value)

    answer = other.post(
        "/staff/sign-in",
        data={"form_token": token_on(page.text), "name": ada, "password": PASSWORD},
    )

    assert answer.status_code == 303
    one.set_cookie(SESSION, other.get_cookie(SESSION).value)
    assert one.get_cookie(SESSION).value
    assert services.settings.home.joinpath("secret").stat().st_mode & 0o777 == 0o600


def test_pages_of_the_staff_are_kept_by_no_cache(client, ada):
    for path in ("/staff/sign-in", "/staff"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_who_has_a_cookie_of_nothing_is_led_to_the_door(client):
    client.set_cookie(SESSION, "\u00e4" * 3 + "x" * 3_000)

    assert client.get("/staff").status_code == 303


def test_a_crowd_at_the_door_leaves_threads_for_searches(access, ada):
    with access.door.passing(), access.door.passing(), pytest.raises(ServerBusy):
        begin(ada, PASSWORD, visit=HERE, access=access)

    assert begin(ada, PASSWORD, visit=HERE, access=access).token


def test_whoever_tries_without_end_costs_nothing_any_more(client, access):
    page = token_on(client.get("/staff/sign-in").text)
    form = {"form_token": page, "name": "ada", "password": "a guess"}

    # A minute that begins meanwhile weighs those of the one before less.
    found = [client.post("/staff/sign-in", data=form) for _ in range(80)]

    assert found[-1].status_code == 429
    assert "at most 60 in a minute" in found[-1].text


def test_a_password_may_be_typed_on_another_keyboard(access):
    member("bea", "viewer", access=access, password="e\u0301te\u0301 a\u0300 la plage")

    assert begin("bea", "\u00e9t\u00e9 \u00e0 la plage", visit=HERE, access=access).token
