"""The examples of the API's documentation, run against the shop that travels with the service."""

import html
import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.demo import shipped
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of
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
READS = [call for call in CALLS if "$KEY" not in call]
WRITES = [call for call in CALLS if "$KEY" in call]
DONE = {200, 201, 202, 204}
ANSWERS = [json.loads(block.replace("...", "")) for block in BLOCKS if block.startswith("{")]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The shop's first products, read by the network that ships, and a key to write them with."""
    parts = build_services(Settings(home=tmp_path_factory.mktemp("shop")))
    shipped.fill(60, services=parts)
    access = access_of(parts)
    client = create_app(parts, access).test_client()
    key = create_key(KeyWish("till", ("write",)), by=at_the_machine(), access=access).key
    client.environ_base["KEY"] = key
    yield client
    parts.close()


def run(client, call):
    """Do what curl would: a form or a body is sent, else an address is asked for."""
    words = [word.replace("$KEY", client.environ_base["KEY"]) for word in shlex.split(call)[1:]]
    method, headers, body, fields = "GET", {}, None, {}
    files = []
    [address] = [word for word in words if word.startswith("$B")]
    for flag, value in pairwise(words):
        if flag == "-X":
            method = value
        elif flag == "-H":
            name, _, given = value.partition(": ")
            headers[name] = given
        elif flag in ("-d", "--data-binary"):
            body = (ROOT / value[1:]).read_bytes() if value.startswith("@") else value
        elif flag == "-F":
            name, _, given = value.partition("=")
            if given.startswith("@"):
                files.append((name, Path(given).name, (ROOT / given[1:]).read_bytes()))
            else:
                fields.setdefault(name, []).append(given)
    to = address.removeprefix("$B")
    if not fields and not files:
        return client.open(to, method=method, headers=headers, data=body)
    sent = form(files, **fields)
    return client.post(to, data=sent, content_type=MULTIPART, headers=headers)


def shape(told):
    """Give the names within an answer; of a list those of its first entry."""
    if isinstance(told, dict):
        return {name: shape(each) for name, each in told.items() if name != "timing_ms"}
    return shape(told[0]) if isinstance(told, list) and told else None


@pytest.mark.parametrize("call", READS)
def test_an_example_of_the_page_is_answered(client, call):
    answer = run(client, call)

    told = answer.get_json()
    wrong = "per_page" in parse_qs(call.partition("?")[2].rstrip('"')) and "=1000" in call
    assert answer.status_code == (422 if wrong else 200), told
    assert wrong or told.get("total", 1) > 0
    assert wrong or told.get("hits", told.get("products", True))


def test_the_writes_of_the_page_are_done_one_after_the_other(client):
    answers = [run(client, call) for call in WRITES]

    assert [each.status_code for each in answers] == [201, 200, 200, 200, 200, 204, 202, 200]
    assert all("refused" not in each.text for each in answers[:6])


def test_there_are_examples_of_every_kind():
    assert len(CALLS) >= 8
    assert sum("-F photo=@" in call for call in CALLS) == 3


@pytest.mark.parametrize(("call", "told"), [(READS[0], ANSWERS[0]), (READS[-1], ANSWERS[1])])
def test_an_answer_has_the_names_that_the_page_shows(client, call, told):
    assert shape(run(client, call).get_json()) == shape(told)


def test_the_answer_shown_is_of_a_product_that_there_is():
    assert ANSWERS[0]["hits"][0]["sku"] in shipped.skus()
    assert ANSWERS[0]["total"] == len(shipped.skus())


def test_the_answer_shown_is_what_the_network_that_ships_says(client):
    now, shown = run(client, READS[0]).get_json(), ANSWERS[0]

    assert now["model"]["fingerprint"].startswith(shown["model"]["fingerprint"])
    for name in ("category", "colour"):
        assert now[name]["label"] == shown[name]["label"]
        # Another processor adds up in another order.
        assert now[name]["confidence"] == pytest.approx(shown[name]["confidence"], abs=0.005)


def test_every_example_that_a_route_is_described_with_is_answered(client):
    document = client.get("/api/v1/openapi.json").get_json()
    calls = [
        sample["source"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for sample in operation.get("x-codeSamples", [])
    ]

    answers = {call: run(client, call).status_code for call in sorted(calls, key=turn)}

    assert len(answers) == 18
    assert set(answers.values()) == DONE
    page = html.unescape(client.get("/api/v1/docs").text)
    assert all(call in page for call in calls)


def turn(call):
    """Give when it is the turn of an example: a thing comes before what is done to it."""
    if "-X DELETE" in call:
        return 3 - call.count("/photos/")
    if "/jobs/" in call:
        return 2
    return 0 if "-X PUT" in call and "/photos/" not in call else 1
