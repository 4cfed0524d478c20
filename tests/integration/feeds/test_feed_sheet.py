"""The sheet of a feed, on which an admin changes it, and the hosts that may be asked."""

from contextlib import closing
from html import unescape

import pytest

from service.access.actor import at_the_machine
from service.feeds import keeping
from service.importing.maps import keep
from service.importing.raw import Renaming
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of, member
from tests.fakes import MeanColourEncoder
from tests.integration.feeds.test_feeds_page import (  # noqa: F401 -- fixtures
    PAGE,
    browser,
    misses_two,
    send,
)


@pytest.fixture
def a_map(services):
    """A map of columns that somebody has kept."""
    keep(Renaming({"artikel": "sku"}), "nord", services=services, by=at_the_machine())


@pytest.mark.usefixtures("misses_two", "a_map")
def test_an_admin_changes_a_feed_and_what_is_not_named_stays(services, browser):  # noqa: F811
    admin = browser("admin")
    before = keeping.shown(1, services=services)
    shown = admin.get(f"{PAGE}/1").text

    said = {"name": "nord", "every": "2h", "ending": "csv", "address": ""}
    saved = send(
        admin,
        f"{PAGE}/1",
        **said,
        map_from="nord",
        currency="chf",
        encoding="cp1252",
        withdraws="1",
    )
    after = keeping.shown(1, services=services)
    listed = admin.get(saved.location).text
    send(admin, f"{PAGE}/1", **said, map_from="-", currency="", encoding="cp1252")
    again = keeping.shown(1, services=services)

    assert [word in shown for word in ("/feed.csv", 'value="6h"', "it stays")] == [True] * 3
    assert (after.name, after.every_minutes, after.address) == ("nord", 120, before.address)
    assert after.options == {
        "file": "feed.csv",
        "currency": "CHF",
        "encoding": "cp1252",
        "map": {"artikel": "sku"},
    }
    assert "<bdi>nord</bdi> is read every 2h" in listed
    assert (after.withdraws, again.withdraws) == (True, False)
    assert again.options == {**after.options, "currency": None}
    assert after.missing == before.missing


@pytest.mark.usefixtures("misses_two")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"every": "soon"}, "as in 30m, 6h or 1d"),
        ({"currency": "euro"}, "three letters such as EUR"),
        ({"map_from": "none such"}, "There is no map"),
        ({"address": "https://elsewhere.example/feed.csv"}, "not among the hosts"),
    ],
)
def test_a_feed_that_cannot_be_so_stays_as_it_was_and_what_was_typed_is_there(
    services,
    browser,  # noqa: F811
    said,
    told,
):
    before = keeping.shown(1, services=services)

    answer = send(browser("admin"), f"{PAGE}/1", **{"name": "renamed", "every": "1h", **said})

    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert 'value="renamed"' in answer.text
    assert keeping.shown(1, services=services) == before


@pytest.mark.usefixtures("misses_two")
def test_who_is_no_admin_is_shown_no_sheet_and_one_that_is_gone_is_told_so(browser):  # noqa: F811
    editor = browser("editor")

    assert editor.get(f"{PAGE}/1").status_code == 403
    assert f'href="{PAGE}/1"' not in editor.get(PAGE).text
    assert browser("admin").get(f"{PAGE}/77").status_code == 404


@pytest.mark.usefixtures("services")
def test_the_page_says_which_hosts_may_be_asked_or_who_allows_one(browser, settings):  # noqa: F811
    of_some = browser("admin").get(PAGE).text
    with closing(build_services(settings, MeanColourEncoder())) as without:
        access = access_of(without)
        client = create_app(without, access).test_client()
        client.set_cookie("lookalike-session", member("boss", "admin", access=access))
        of_none = client.get(PAGE).text

    assert "of its file, at 127.0.0.1" in of_some
    assert "No host may be asked yet" not in of_some
    assert of_none.count("LOOKALIKE_FETCH_HOSTS") == 1
    assert "Whoever runs the server allows it" in of_none
