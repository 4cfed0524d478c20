"""The review queue as programs work it."""

import pytest

from service.finding.browse import product_by_sku
from service.stock.changing import label_product
from service.web.app import create_app
from tests.doors import access_of
from tests.integration.review.conftest import UNSURE, made, shop  # noqa: F401 -- fixtures
from tests.integration.web.writer import Writer

AT = "/api/v1/review"


@pytest.fixture
def services(shop):  # noqa: F811 -- the fixture
    return shop


@pytest.fixture
def app(services):
    access = access_of(services)
    return create_app(services, access), access


@pytest.fixture
def program(app):
    return Writer(*app)


def asked(program):
    return program.ask("GET", f"{AT}/next").get_json()


def test_a_question_is_answered_and_the_next_one_comes(program, services):
    label_product("RED-1", "hat", services=services)
    first = asked(program)
    question = first["question"]
    sku = question["product"]["sku"]

    said = program.ask(
        "POST", f"{AT}/decisions", {"sku": sku, "category": "hat", "seen": question["seen"]}
    )

    assert first["left"] == 3
    assert question["reasons"] == ["unsure"]
    assert question["guesses"][0]["label"] == "red"
    assert question["choices"][:2] == ["red", "hat"]
    assert [each["sku"] for each in question["neighbours"]] == ["RED-1"]
    assert said.get_json() == {"sku": sku, "category": "hat", "agrees": False, "also": []}
    assert product_by_sku(sku, services=services).human_category == "hat"
    assert asked(program)["question"]["product"]["sku"] != sku


def test_two_programs_get_two_products_and_undo_their_own(app):
    one, other = Writer(*app), Writer(*app)
    first = asked(one)["question"]["product"]["sku"]

    assert asked(other)["question"]["product"]["sku"] != first
    assert one.ask("POST", f"{AT}/skips", {"sku": first}).get_json()["category"] is None
    assert other.ask("POST", f"{AT}/undo").status_code == 409
    assert one.ask("POST", f"{AT}/undo").get_json()["sku"] == first
    assert asked(one)["question"]["product"]["sku"] == first


def test_what_cannot_be_is_refused_with_its_reason(program, services):
    question = asked(program)["question"]
    sku = question["product"]["sku"]
    send = {
        "nearly": ({"sku": sku, "category": "gren"}, 422),
        "empty": ({"sku": sku, "category": " "}, 422),
        "unknown field": ({"sku": sku, "category": "hat", "sen": "x"}, 422),
        "no object": ([sku], 422),
        "no such product": ({"sku": "NONE", "category": "hat"}, 404),
        "another state": ({"sku": sku, "category": "hat", "seen": f"{'0' * 64}."}, 412),
    }

    answers = {
        name: program.ask("POST", f"{AT}/decisions", body).status_code
        for name, (body, _) in send.items()
    }

    assert answers == {name: status for name, (_, status) in send.items()}
    assert product_by_sku(sku, services=services).human_category is None
    meant = {"sku": sku, "category": "gren", "new": True}
    assert program.ask("POST", f"{AT}/decisions", meant).status_code == 200


def test_nothing_is_asked_without_a_key(app):
    client = app[0].test_client()

    assert client.get(f"{AT}/next").status_code == 401
    assert client.post(f"{AT}/undo").status_code == 401
