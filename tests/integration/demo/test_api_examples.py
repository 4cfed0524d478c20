"""The examples of the API's documentation, run against the shop that travels with the service."""

import html
import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from service.demo import shipped
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.integration.web.forms import MULTIPART, form

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:json)?\n(.*?)```", PAGE, re.DOTALL)
CALLS = [
    call
    for block in BLOCKS
    for call in block.replace("\\\n", " ").splitlines()
    if call.startswith("curl ")
]
ANSWERS = [json.loads(block.replace("...", "")) for block in BLOCKS if block.startswith("{")]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The shop's first products, read by the network that ships."""
    parts = build_services(Settings(home=tmp_path_factory.mktemp("shop")))
    shipped.fill(60, services=parts)
    yield create_app(parts).test_client()
    parts.close()


def run(client, call):
    """Do what curl would: a form is sent, else an address is asked for."""
    words = shlex.split(call)[1:]
    fields = {}
    files = []
    [address] = [word for word in words if word.startswith("$B")]
    for flag, value in pairwise(words):
        if flag == "-F":
            name, _, given = value.partition("=")
            if given.startswith("@"):
                files.append((name, Path(given).name, (ROOT / given[1:]).read_bytes()))
            else:
                fields.setdefault(name, []).append(given)
    to = address.removeprefix("$B")
    if not fields and not files:
        return client.get(to)
    return client.post(to, data=form(files, **fields), content_type=MULTIPART)


def shape(told):
    """Give the names within an answer; of a list those of its first entry."""
    if isinstance(told, dict):
        return {name: shape(each) for name, each in told.items() if name != "timing_ms"}
    return shape(told[0]) if isinstance(told, list) and told else None


@pytest.mark.parametrize("call", CALLS)
def test_an_example_of_the_page_is_answered(client, call):
    answer = run(client, call)

    told = answer.get_json()
    wrong = "per_page" in parse_qs(call.partition("?")[2].rstrip('"')) and "=1000" in call
    assert answer.status_code == (422 if wrong else 200), told
    assert wrong or told.get("total", 1) > 0
    assert wrong or told.get("hits", told.get("products", True))


def test_there_are_examples_of_every_kind():
    assert len(CALLS) >= 8
    assert sum("-F photo=@" in call for call in CALLS) == 3


@pytest.mark.parametrize(("call", "told"), [(CALLS[0], ANSWERS[0]), (CALLS[-1], ANSWERS[1])])
def test_an_answer_has_the_names_that_the_page_shows(client, call, told):
    assert shape(run(client, call).get_json()) == shape(told)


def test_the_answer_shown_is_of_a_product_that_there_is():
    assert ANSWERS[0]["hits"][0]["sku"] in shipped.skus()
    assert ANSWERS[0]["total"] == len(shipped.skus())


def test_every_example_that_a_route_is_described_with_is_answered(client):
    document = client.get("/api/v1/openapi.json").get_json()
    calls = [
        sample["source"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for sample in operation.get("x-codeSamples", [])
    ]

    answers = {call: run(client, call).status_code for call in calls}

    assert len(answers) == 5
    assert set(answers.values()) == {200}
    page = html.unescape(client.get("/api/v1/docs").text)
    assert all(call in page for call in calls)
