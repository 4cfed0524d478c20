"""Two programs write to one product through two server processes: none undoes the other unseen."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.access.actor import at_the_machine
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.integration.server.asking import ask
from tests.live_server import serving

WRITERS, TURNS = 4, 6
AT = "/api/v1/products/COUNT-1"
PICTURE = plain_picture((240, 30, 200), 200)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("shop"), workers="2") as running:
        yield running


@pytest.fixture(scope="module")
def shown(server):
    """What a program shows that may read, search and write."""
    services = build_services(Settings(home=server.home))
    access = build_access(services.settings, services.database)
    wish = KeyWish("till", ("search", "read", "write"), per_minute=MOST_PER_MINUTE)
    yield {"Authorization": f"Bearer {create_key(wish, by=at_the_machine(), access=access).key}"}
    services.close()


def put(server, shown, path, body, kind="application/json", method="PUT", **headers):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(server, method, path, sent, {**shown, **headers, "Content-Type": kind})


def test_no_count_is_lost_between_those_who_say_what_they_knew(server, shown):
    put(server, shown, AT, {"title": "A count", "stock": 0})
    refused, together = [], threading.Barrier(WRITERS)

    def count(_):
        done = turns = 0
        while done < TURNS:
            known = ask(server, "GET", AT)
            if turns == 0:
                together.wait()  # so they meet once at least
            turns += 1
            stock, mark = json.loads(known.body)["stock"], known.headers["ETag"]
            more = {"stock": stock + 1}
            written = put(server, shown, AT, more, method="PATCH", **{"If-Match": mark})
            assert written.status in (200, 412), written.body
            done += written.status == 200
            if written.status != 200:
                refused.append(written)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count, range(WRITERS)))

    assert json.loads(ask(server, "GET", AT).body)["stock"] == WRITERS * TURNS
    assert len(refused) >= WRITERS - 1


def test_of_many_who_create_a_product_one_does(server, shown):
    together = threading.Barrier(WRITERS)

    def create(number):
        together.wait()
        body = {"title": f"Number {number}"}
        return put(server, shown, "/api/v1/products/ONE", body, **{"If-None-Match": "*"}).status

    with ThreadPoolExecutor(WRITERS) as pool:
        found = sorted(pool.map(create, range(WRITERS)))

    assert found == [201, *[412] * (WRITERS - 1)]


def test_every_worker_finds_what_was_written_before_it_was_asked(server, shown):
    put(server, shown, "/api/v1/products/NEW", {"title": "Violet"})
    sent = put(server, shown, "/api/v1/products/NEW/photos/1", PICTURE, "image/png")

    path = "/api/v1/products/NEW/similar?per_page=3"
    after = [ask(server, "GET", path).status for _ in range(16)]
    ask(server, "DELETE", "/api/v1/products/NEW", None, shown)
    gone = [ask(server, "GET", path).status for _ in range(16)]

    assert sent.status == 200
    assert set(after) == {200}
    assert set(gone) == {404}


def test_a_batch_that_is_larger_than_what_is_read_in_one_piece_is_taken(server, shown):
    lines = [{"sku": f"MANY-{n}", "title": "x" * 150} for n in range(1000)]
    body = "\n".join(map(json.dumps, lines)).encode()

    answer = put(server, shown, "/api/v1/products", body, "application/x-ndjson", "POST")

    told = [json.loads(line) for line in answer.body.splitlines()]
    assert len(body) > 128 * 1024
    assert [each["outcome"] for each in told] == ["created"] * 1000
    assert "Traceback" not in server.log.read_text()
