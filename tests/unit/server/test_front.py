"""The server's front, with connections that the test holds in its hand."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from service.server.front.exchange import Answer
from service.server.front.front import Front
from service.server.front.limits import Limits

PATIENCE_S = 60
LIMITS = Limits(
    threads=1, waiting=2, deadline_s=PATIENCE_S, body_bytes=1000, buffer_bytes=2500, upload_s=30
)


class FakeHeaders(dict):
    def items(self):
        return list(super().items())


@dataclass
class FakeScope:
    method: str = "GET"
    path: str = "/"
    headers: FakeHeaders = field(default_factory=FakeHeaders)
    query_string: str = ""
    client: str = "127.0.0.1:5000"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    http_version: str = "1.1"


class FakeConnection:
    """Hands out what the test puts in, and keeps what is answered."""

    def __init__(self):
        self.coming = asyncio.Queue()
        self.gone = asyncio.Event()
        self.status = None
        self.headers = {}
        self.body = None

    async def __call__(self):
        return await self.coming.get()

    async def __aiter__(self):
        while piece := await self.coming.get():
            yield piece

    async def client_disconnect(self):
        await self.gone.wait()

    def response_bytes(self, status, headers, body):
        self.status, self.headers, self.body = status, dict(headers), body


class Gate:
    """An application that answers `/held` when it is told to, and anything else at once."""

    def __init__(self):
        self.open = threading.Event()
        self.computed = []

    def __call__(self, environ, start):
        path = environ["PATH_INFO"]
        self.computed.append(path)
        if path == "/held":
            self.open.wait(PATIENCE_S)
        if path == "/broken":
            raise ZeroDivisionError
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read()]


def refusal(error, path, name):
    return Answer(503, [("Error", type(error).__name__)], b"")


@asynccontextmanager
async def front_of(app, limits=LIMITS, **options):
    front = Front(app, refusal, limits, **options)
    loop = asyncio.get_running_loop()
    front.__rsgi_init__(loop)
    tasks = []

    def ask(path="/", connection=None, length=None, **more):
        connection = connection or FakeConnection()
        headers = FakeHeaders({} if length is None else {"content-length": str(length)}, **more)
        scope: Any = FakeScope("GET" if not headers else "POST", path, headers)
        tasks.append(loop.create_task(front.__rsgi__(scope, connection)))
        connection.task = tasks[-1]
        return connection

    try:
        yield ask
    finally:
        app.open.set()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE_S)
        front.__rsgi_del__(loop)


async def answered(*connections):
    await asyncio.wait_for(asyncio.gather(*(each.task for each in connections)), timeout=PATIENCE_S)


async def until(holds):
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


def test_a_body_reaches_the_application_whole():
    async def story():
        async with front_of(Gate()) as ask:
            upload = ask(length=900)
            upload.coming.put_nowait(b"x" * 900)
            await answered(upload)
            return upload

    upload = asyncio.run(story())

    assert (upload.status, upload.body) == (200, b"x" * 900)


def test_slow_uploads_hold_no_thread():
    async def story():
        async with front_of(Gate(), replace(LIMITS, buffer_bytes=10**6)) as ask:
            slow = [ask(**{"transfer-encoding": "chunked"}) for _ in range(32)]
            for each in slow:
                each.coming.put_nowait(b"x")
            other = ask("/other")
            await answered(other)
            for each in slow:
                each.coming.put_nowait(b"")
            await answered(slow[0])
            return other.status, slow[0].status

    assert asyncio.run(story()) == (200, 200)


def test_an_upload_that_comes_too_slowly_is_ended():
    async def story():
        async with front_of(Gate(), replace(LIMITS, upload_s=0.2)) as ask:
            slow = ask(length=500)
            await answered(slow)
            return slow

    slow = asyncio.run(story())

    assert slow.headers == {"Error": "SlowUpload"}


def test_an_upload_below_the_least_rate_is_ended_before_its_time_is_over():
    async def story():
        async with front_of(Gate(), replace(LIMITS, grace_s=0.2)) as ask:
            slow = ask(**{"transfer-encoding": "chunked"})
            slow.coming.put_nowait(b"x")
            await answered(slow)
            return slow

    slow = asyncio.run(story())

    assert slow.headers == {"Error": "SlowUpload"}


@pytest.mark.parametrize("said", [{"length": 1001}, {"transfer-encoding": "chunked"}])
def test_a_body_over_the_limit_is_refused_said_or_not(said):
    app = Gate()

    async def story():
        async with front_of(app) as ask:
            large = ask(**said)
            for piece in (b"x" * 500, b"x" * 500, b"x" * 500, b""):
                large.coming.put_nowait(piece)
            await answered(large)
            return large

    large = asyncio.run(story())

    assert large.headers == {"Error": "UploadTooLarge"}
    assert app.computed == []
    assert said == {"length": 1001} or large.coming.empty()


def test_what_is_held_of_all_bodies_is_bounded():
    async def story():
        async with front_of(Gate(), replace(LIMITS, body_bytes=2000)) as ask:
            first = ask(**{"transfer-encoding": "chunked"})
            first.coming.put_nowait(b"x" * 2000)
            await until(first.coming.empty)
            second = ask(**{"transfer-encoding": "chunked"})
            second.coming.put_nowait(b"x" * 1000)
            second.coming.put_nowait(b"")
            await answered(second)
            first.coming.put_nowait(b"")
            await answered(first)
            third = ask(length=1000)
            third.coming.put_nowait(b"x" * 1000)
            await answered(third)
            return second, first, third

    second, first, third = asyncio.run(story())

    assert second.headers == {"Error": "NoRoom"}
    assert (first.status, third.status) == (200, 200)


def test_who_fills_the_room_and_stalls_makes_way():
    async def story():
        async with front_of(Gate(), replace(LIMITS, body_bytes=2000, settled_s=0)) as ask:
            stalled = ask(**{"transfer-encoding": "chunked"})
            stalled.coming.put_nowait(b"x" * 2000)
            await until(stalled.coming.empty)
            honest = ask(length=1000)
            honest.coming.put_nowait(b"x" * 1000)
            await answered(stalled, honest)
            return stalled, honest

    stalled, honest = asyncio.run(story())

    assert stalled.headers == {"Error": "MadeWay"}
    assert honest.status == 200


def test_who_fills_the_room_and_drips_makes_way_and_leaves_nothing_held():
    async def story():
        async with front_of(Gate(), replace(LIMITS, body_bytes=2000, settled_s=0)) as ask:
            dripping = ask(**{"transfer-encoding": "chunked"})
            dripping.coming.put_nowait(b"x" * 1500)
            await until(dripping.coming.empty)
            honest = []
            for _ in range(3):  # one after the other, each as large as what would be left
                dripping.coming.put_nowait(b"x")
                honest.append(ask(length=1000))
                await asyncio.sleep(0)
                dripping.coming.put_nowait(b"x")
                honest[-1].coming.put_nowait(b"x" * 1000)
                await answered(honest[-1])
            late = [ask(length=1000), ask(length=1000)]
            for each in late:
                each.coming.put_nowait(b"x" * 1000)
            await answered(*late)
            dripping.coming.put_nowait(b"")
            await answered(dripping)
            return dripping, [*honest, *late]

    dripping, honest = asyncio.run(story())

    assert dripping.headers == {"Error": "MadeWay"}
    assert [each.status for each in honest] == [200] * 5


def test_a_body_that_ends_early_is_not_computed():
    app = Gate()

    async def story():
        async with front_of(app) as ask:
            short = ask(length=900)
            short.coming.put_nowait(b"x")
            await answered(short)
            return short

    short = asyncio.run(story())

    assert (short.status, app.computed) == (None, [])


def test_who_comes_when_the_queue_is_full_is_told_so():
    async def story():
        app = Gate()
        async with front_of(app) as ask:
            held = ask("/held")
            await until(lambda: app.computed)
            waiting = [ask("/waits") for _ in range(2)]
            late = ask("/late")
            await answered(late)
            app.open.set()
            await answered(held, *waiting)
            return late, [each.status for each in [held, *waiting]]

    late, others = asyncio.run(story())

    assert late.headers == {"Error": "ServerBusy"}
    assert others == [200, 200, 200]


def test_health_answers_beside_a_full_queue():
    async def story():
        app = Gate()
        async with front_of(app) as ask:
            for _ in range(3):
                ask("/held")
            health = ask("/healthz")
            await answered(health)
            return health.status

    assert asyncio.run(story()) == 200


def test_nobody_waits_longer_than_the_deadline():
    async def story():
        app = Gate()
        async with front_of(app, replace(LIMITS, deadline_s=0.2)) as ask:
            held, waiting = ask("/held"), ask("/waits")
            await answered(held, waiting)
            app.open.set()
            return app, held, waiting

    app, held, waiting = asyncio.run(story())

    assert held.headers == waiting.headers == {"Error": "DeadlinePassed"}
    assert "/waits" not in app.computed


def test_nothing_is_computed_for_a_client_that_has_gone_and_its_place_is_free():
    async def story():
        app = Gate()
        async with front_of(app) as ask:
            held = ask("/held")
            await until(lambda: app.computed)
            gone = [ask("/gone") for _ in range(2)]
            for each in gone:
                each.gone.set()
            await answered(*gone)
            patient = [ask("/patient") for _ in range(2)]
            await asyncio.sleep(0)
            app.open.set()
            await answered(held, *patient)
            return app, [each.status for each in [*gone, *patient]]

    app, statuses = asyncio.run(story())

    assert statuses == [None, None, 200, 200]
    assert app.computed == ["/held", "/patient", "/patient"]


class ClosedConnection(FakeConnection):
    """Its client went away while the answer was computed."""

    def response_bytes(self, status, headers, body):
        raise RuntimeError("RSGI transport is closed")


def test_a_client_that_goes_before_its_answer_costs_no_thread():
    async def story():
        async with front_of(Gate()) as ask:
            for _ in range(3):
                await answered(ask("/gone", ClosedConnection()))
            after = ask("/after")
            await answered(after)
            return after.status

    assert asyncio.run(story()) == 200


def test_an_application_that_fails_is_still_answered(caplog):
    async def story():
        async with front_of(Gate()) as ask:
            broken = ask("/broken")
            await answered(broken)
            after = ask("/after")
            await answered(after)
            return broken, after

    broken, after = asyncio.run(story())

    assert broken.headers == {"Error": "ZeroDivisionError"}
    assert after.status == 200


def test_a_body_that_nobody_looks_at_is_not_read_before_the_answer():
    async def story():
        async with front_of(Gate(), is_looked_at=lambda _scope: False) as ask:
            large = ask(length=900_000)
            await until(lambda: large.status is not None)
            read = large.coming.empty()
            large.coming.put_nowait(b"x" * 900_000)
            large.coming.put_nowait(b"")
            await answered(large)
            return large, read

    large, read = asyncio.run(story())

    assert (large.status, large.body, read) == (200, b"", True)
    assert large.coming.empty()
