"""The review queue on its page, as a form without a script."""

import re
from dataclasses import replace
from html import unescape

import pytest

from catalog.review_fellows import CROWD
from service.finding.browse import product_by_sku
from service.jobs import keeping
from service.review.figures import count_left
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.web.app import create_app
from tests.doors import access_of, member, token_on
from tests.integration.review.conftest import UNSURE, made, shop  # noqa: F401 -- fixtures
from tests.shop import product

PAGE = "/staff/review"


@pytest.fixture
def services(shop):  # noqa: F811 -- the fixture
    return shop


@pytest.fixture
def access(services):
    return access_of(services)


@pytest.fixture
def app(services, access):
    return create_app(services, access)


@pytest.fixture
def browser_of(app, access):
    """Give a browser of somebody new."""

    def browser(name, role="editor"):
        client = app.test_client()
        client.set_cookie("lookalike-session", member(name, role, access=access))
        return client

    return browser


@pytest.fixture
def ada(browser_of):
    return browser_of("ada")


def hidden(page):
    found = re.findall(r'<input type="hidden" name="(sku|seen)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def send(client, page, what, **fields):
    data = {"form_token": token_on(page), **hidden(page), **fields}
    return client.post(f"{PAGE}/{what}", data=data)


def test_one_after_another_is_decided_until_nothing_is_left(ada, services):
    decided = {}
    for category in ("red", "hat", "Not a garment"):
        page = ada.get(PAGE).text
        assert "left" in page
        decided[hidden(page)["sku"]] = category
        answer = send(ada, page, "decide", category=category)
        assert (answer.status_code, answer.location) == (303, PAGE)

    for sku, category in decided.items():
        held = product_by_sku(sku, services=services)
        assert held.human_category == category
    assert decided.keys() == UNSURE.keys()


def test_it_says_why_it_asks_what_the_network_says_and_what_the_like_are_called(ada, services):
    for sku in ("RED-1", "GREEN-1"):
        label_product(sku, "hat", services=services)

    page = ada.get(PAGE).text

    assert re.search(r"The network is only \d+ % sure", page)
    assert "called otherwise" in page
    assert re.search(r'<strong><bdi>hat</bdi></strong><span class="help">\d+ % like it', page)
    keys = re.findall(r'name="category" value="([^"]+)"[^>]* data-key="([^"]+)"', page)
    assert keys[:2] == [("red", "1 Enter"), ("hat", "2")]
    assert keys[-1] == ("Not a garment", "0")


def test_two_people_are_asked_about_two_products(browser_of):
    pages = [hidden(browser_of(name).get(PAGE).text)["sku"] for name in ("ada", "bob", "cyd")]

    assert sorted(pages) == sorted(UNSURE)
    assert "Nothing wants a look" in browser_of("dan").get(PAGE).text


def test_skip_and_undo_lead_there_and_back(ada):
    first = ada.get(PAGE).text
    send(ada, first, "skip")
    second = ada.get(PAGE).text
    assert hidden(second)["sku"] != hidden(first)["sku"]
    assert f"<bdi>{hidden(first)['sku']}</bdi> was skipped" in second

    send(ada, second, "undo")

    assert hidden(ada.get(PAGE).text) == hidden(first)


def test_a_form_that_comes_twice_decides_once_and_says_nothing(ada, services):
    page = ada.get(PAGE).text

    answers = [send(ada, page, "decide", category="hat") for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert "1 by you" in ada.get(PAGE).text
    assert count_left(services=services) >= 2


def test_what_is_refused_is_told_beside_the_next_question(ada, services):
    page = ada.get(PAGE).text
    label_product(hidden(page)["sku"], "coat", services=services)

    late = send(ada, page, "decide", category="hat")
    nothing = send(ada, ada.get(PAGE).text, "decide", category=" ")
    slip = send(ada, ada.get(PAGE).text, "decide", category="gren")

    assert late.status_code == 412
    assert "somebody has said" in late.text
    assert hidden(late.text)["sku"] != hidden(page)["sku"]
    assert (nothing.status_code, "The category is empty" in nothing.text) == (422, True)
    assert slip.status_code == 422
    assert "nearly that" in unescape(slip.text)
    assert 'value="gren"' in slip.text
    meant = send(ada, slip.text, "decide", category="gren", new="1")
    assert meant.status_code == 303


def test_undo_with_nothing_to_undo_says_so(ada):
    answer = send(ada, ada.get(PAGE).text, "undo")

    assert answer.status_code == 409
    assert "nothing of yours" in answer.text


def test_all_neighbours_are_looked_at_by_a_job(ada, services):
    page = ada.get(PAGE).text

    answer = send(ada, page, "look")

    [job] = keeping.newest(1, services=services)
    assert answer.location == f"/staff/jobs/{job.number}"
    assert (job.kind, job.title) == ("review", "the whole queue")


def test_a_viewer_is_not_asked(browser_of):
    viewer = browser_of("eve", "viewer")

    assert viewer.get(PAGE).status_code == 403
    assert 'href="/staff/review"' not in viewer.get("/staff").text


def test_of_a_picture_that_a_crowd_shows_an_answer_is_for_one_unless_it_is_asked(ada, services):
    one = product(services, "NO-000", UNSURE["MUD-1"])
    some = [replace(one, sku=f"NO-{number:03}") for number in range(CROWD)]
    record_batch(some, services=services)
    page = ada.get(PAGE).text
    while "show this very picture first" not in page:
        send(ada, page, "decide", category="red")
        page = ada.get(PAGE).text
    asked = hidden(page)["sku"]

    assert f"{CROWD + 1} products show this very picture first" in page
    assert f"holds for <bdi>{asked}</bdi> alone" in page
    assert 'name="also"' not in page
    assert re.search(r'href="/staff/stock\?picture=[0-9a-f]{64}"', page)
    many = ada.get(f"{PAGE}?many=1").text
    assert f"holds for {CROWD} others as well" in many
    assert len(set(re.findall(r'name="also" value="([^"]+)"', many))) == CROWD
    send(ada, page, "skip")
    assert "NO-" not in hidden(ada.get(PAGE).text)["sku"]


def test_one_answer_for_many_is_said_and_can_be_for_one_alone(ada, services):
    record_batch(
        [product(services, f"TWIN-{n}", UNSURE["MUD-1"]) for n in (1, 2)], services=services
    )
    page = ada.get(PAGE).text
    while "Your answer holds for 2 others" not in page:
        send(ada, page, "decide", category="red")
        page = ada.get(PAGE).text
    twins = {"MUD-1", "TWIN-1", "TWIN-2"}
    assert "2 with this very picture" in page

    alone = ada.get(f"{PAGE}?alone=1").text
    assert 'name="also"' not in alone
    also = sorted(twins - {hidden(page)["sku"]})
    assert sorted(set(re.findall(r'name="also" value="([^"]+)"', page))) == also
    send(ada, page, "decide", category="hat", also=also)

    assert {product_by_sku(sku, services=services).human_category for sku in twins} == {"hat"}
    after = unescape(ada.get(PAGE).text)
    assert re.search(r"and 2 others\s+are <bdi>hat", after)
