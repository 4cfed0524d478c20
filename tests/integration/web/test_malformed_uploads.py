"""Thousands of broken pictures against a real server: none is its fault, none stays in memory."""

import http.client
import json
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.fakes import plain_picture
from tests.integration.web.forms import MULTIPART, form
from tests.live_server import serving
from tests.malformed import malformed_pictures

WARM_UP = 400  # pictures after which pools, caches and buffers have their size
COUNT = 2_400
MOST_GROWTH_MB = 50


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("fuzz")) as running:
        yield running


def post(connection, picture):
    """Send one picture over a connection that stays open; gives status, type and body."""
    body = form([("photo", "x", picture)])
    connection.request("POST", "/api/v1/search", body, {"Content-Type": MULTIPART})
    answer = connection.getresponse()
    return answer.status, answer.headers.get_content_type(), answer.read()


def test_no_picture_makes_the_server_fail_or_grow(server):
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    statuses = Counter()
    failures = []
    settled_mb = None

    for number, (name, picture) in enumerate(malformed_pictures(COUNT, seed=22)):
        if number == WARM_UP:
            settled_mb = server.resident_mb()
        status, kind, body = post(connection, picture)
        statuses[status] += 1
        if status not in (200, 413, 422):
            failures.append((name, status, body[:200]))
        if status != 200:
            assert kind == "application/problem+json"
            assert json.loads(body)["detail"], name
    grown_mb = server.resident_mb() - settled_mb

    assert failures == []
    assert statuses[422] > COUNT / 4
    assert grown_mb < MOST_GROWTH_MB
    assert post(connection, plain_picture())[0] == 200
    connection.close()
    assert "Traceback" not in server.log.read_text()
