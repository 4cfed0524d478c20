"""`lookalike serve` as a process: how it starts, answers, ends, and says that it cannot."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from embeddings.datasets.fashion_mnist import load_part
from embeddings.errors import DatasetUnavailable
from service.demo import shipped
from service.server.ending import GRACE_S
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.shop import shop_records
from tests.tiny_bundle import make_bundle
from tests.waiting import PATIENCE_S, free_port


@pytest.fixture
def home(tmp_path):
    """A filled catalogue of a tiny real bundle."""
    make_bundle(tmp_path / "bundle")
    settings = Settings(home=tmp_path / "home", bundle=str(tmp_path / "bundle"))
    services = build_services(settings)
    record_batch(shop_records(services), services=services)
    services.close()
    return tmp_path


@pytest.fixture
def empty_home(tmp_path):
    """A tiny real bundle without a catalogue, on a machine that has the articles to fill it."""
    try:
        load_part("test")
    except DatasetUnavailable as error:
        pytest.skip(f"Fashion-MNIST is not to be had: {error}")
    make_bundle(tmp_path / "bundle")
    return tmp_path


@contextmanager
def serving(home, port, command=("serve",), **settings):
    environment = os.environ | {
        "LOOKALIKE_HOME": str(home / "home"),
        "LOOKALIKE_BUNDLE": str(home / "bundle"),
        **{f"LOOKALIKE_{name.upper()}": value for name, value in settings.items()},
    }
    program = [sys.executable, "-m", "service", *command, "--port", str(port)]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def get(port, path, until=PATIENCE_S):
    for _ in range(until * 10):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {path}")


def scrape(port):
    """Give every figure of /metrics by its name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def refusals(port):
    """Give what the server has refused by itself, by reason."""
    named = re.compile(r'lookalike_refused_total\{reason="(.*)"\}')
    return {found[1]: n for name, n in scrape(port).items() if (found := named.fullmatch(name))}


def until_refused(port, reason):
    for _ in range(PATIENCE_S * 10):
        if refusals(port)[reason]:
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing was refused as {reason}")


def search(port, size, address="127.0.0.1"):
    """Search by a picture in a form of so many bytes, and give the status."""
    head = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
    body = head + plain_picture() + b"\0" * size + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    asking = HTTPConnection("127.0.0.1", port, PATIENCE_S, source_address=(address, 0))
    with closing(asking):
        asking.request("POST", "/api/v1/search", body, kind)
        return asking.getresponse().status


def listens(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def until_searched(port):
    """Search again and again while the answer is to come again, and give the statuses."""
    statuses = []
    while not statuses or (statuses[-1] == 503 and len(statuses) < PATIENCE_S * 4):
        time.sleep(0.25 * bool(statuses))
        with suppress(OSError):  # refused while it was still sending
            statuses.append(search(port, 900_000))
    return statuses


def test_a_started_server_is_ready_and_finds_what_was_imported(home):
    port = free_port()

    with serving(home, port):
        ready = get(port, "/readyz")
        found = get(port, "/api/v1/products?per_page=5")

    assert ready["status"] == "ready"
    assert found["total"] == 36


def test_the_first_instant_has_an_answer_for_everybody(home):
    port = free_port()

    with serving(home, port):
        wait_for(lambda: listens(port), every_s=0.005)
        found = search(port, 0)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/staff", timeout=10) as answer:
            staff = answer.url, answer.status

    assert found == 200
    assert staff == (f"http://127.0.0.1:{port}/staff/sign-in?next=/staff", 200)


def test_several_workers_answer_alike(home):
    port = free_port()

    with serving(home, port, workers="2"):
        totals = [get(port, "/api/v1/products")["total"] for _ in range(8)]

    assert totals == [36] * 8


def test_several_workers_count_together_and_leave_nothing_behind(home, monkeypatch):
    port, temporary = free_port(), home / "temporary"
    temporary.mkdir()
    counter = 'lookalike_requests_total{method="GET",route="/api/v1/products",status="200"}'

    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(home, port, workers="2") as process:
        for _ in range(12):
            get(port, "/api/v1/products")
        scraped = [scrape(port) for _ in range(6)]  # either worker may be asked
        during = list(temporary.glob("lookalike-metrics-*"))
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_S)

    assert [figures[counter] for figures in scraped] == [12.0] * 6
    assert {figures["lookalike_index_drift"] for figures in scraped} == {0.0}
    assert len(during) == 1
    assert list(temporary.glob("lookalike-metrics-*")) == []


def test_a_terminated_server_ends_cleanly_and_leaves_a_snapshot(home):
    port = free_port()
    snapshots = home / "home" / "index"

    with serving(home, port) as process:
        get(port, "/readyz")
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=PATIENCE_S)

    assert code == 0
    assert [path.suffix for path in snapshots.iterdir()] == [".index"]


def workers_of(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def test_no_worker_outlives_a_server_that_was_killed(home):
    port = free_port()

    with serving(home, port) as process:
        get(port, "/readyz")
        process.kill()
        process.wait(timeout=PATIENCE_S)

    for _ in range(PATIENCE_S * 10):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("a worker still listens")


def is_gone(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"  # over, though nobody has asked how it ended


def hold_on(port, stack):
    """Keep a server busy: with an upload that drips, and with a connection that asks nothing."""
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    dripping, idle = (
        stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) for _ in "ab"
    )
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert idle.recv(65536)
    dripping.sendall(head.encode() + b"x" * 300_000)
    over = threading.Event()

    def drip():
        with suppress(OSError):
            while not over.wait(0.3):
                dripping.sendall(b"x")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(over.set)
    time.sleep(0.5)  # for the body to be read in part


def test_clients_that_hold_on_keep_no_worker_whose_server_was_killed(home):
    port = free_port()

    with serving(home, port, workers="2") as process, ExitStack() as stack:
        get(port, "/readyz")
        hold_on(port, stack)
        workers = workers_of(process)
        process.kill()
        killed = time.monotonic()
        wait_for(lambda: all(map(is_gone, workers)))
        took = time.monotonic() - killed

    assert len(workers) == 2
    assert took < GRACE_S


def test_clients_that_hold_on_put_off_no_wish_to_stop(home):
    ports = free_port(), free_port()

    with serving(home, ports[0]) as one, serving(home, ports[1]) as other, ExitStack() as stack:
        for port in ports:
            get(port, "/readyz")
            hold_on(port, stack)
        [worker] = workers_of(one)
        os.kill(worker, signal.SIGTERM)
        other.send_signal(signal.SIGTERM)
        told = time.monotonic()
        wait_for(lambda: is_gone(worker))
        took = time.monotonic() - told
        code = other.wait(timeout=PATIENCE_S)
        ready = get(ports[0], "/readyz")

    assert took < GRACE_S + 15
    assert code == 0
    assert ready["status"] == "ready"  # by another worker


def test_a_worker_can_be_ended_while_it_loads(home):
    with serving(home, free_port()) as process:
        wait_for(lambda: workers_of(process), every_s=0.005)  # loading takes less than a second
        os.kill(workers_of(process)[0], signal.SIGTERM)
        code = process.wait(timeout=PATIENCE_S)

    assert code == 1  # a server whose first worker never served says so


def test_a_worker_that_was_killed_is_started_again(home):
    port = free_port()

    with serving(home, port) as process:
        get(port, "/readyz")
        [worker] = workers_of(process)
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        ready = get(port, "/readyz")

    assert ready["status"] == "ready"


def test_two_deaths_of_a_worker_do_not_end_the_service(home):
    port = free_port()

    with serving(home, port) as process:
        for _ in range(2):
            get(port, "/readyz")
            [worker] = workers_of(process)
            os.kill(worker, signal.SIGKILL)
            wait_for(lambda worker=worker: workers_of(process) not in ([], [worker]))
        ready = get(port, "/readyz")

    assert ready["status"] == "ready"


def wait_for(holds, every_s=0.1):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(every_s)
    raise AssertionError("it never came about")


def test_a_server_that_cannot_start_says_why_in_one_line(home):
    (home / "bundle" / "model.onnx").write_bytes(b"no network")
    shutil.rmtree(home / "home" / "models")  # else the copy serves

    with serving(home, free_port()) as process:
        _, told = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert "Traceback" not in told
    assert [line for line in told.splitlines() if line.startswith("lookalike: ")]


def test_others_are_served_while_32_uploads_come_slowly_and_those_end_in_time(home):
    port = free_port()
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b"
    )

    with serving(home, port, upload_s="4") as _, ExitStack() as stack:
        get(port, "/readyz")
        slow = []
        for _ in range(32):
            client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
            slow.append(stack.enter_context(client))
            client.sendall(head.encode())
        served = [get(port, path, until=1) for path in ("/healthz", "/readyz", "/api/v1/products")]
        ends = {client.recv(65536).split(b"\r\n")[0] for client in slow}
        refused = refusals(port)

    assert served[2]["total"] == 36
    assert ends == {b"HTTP/1.1 408 Request Timeout"}
    assert refused == dict.fromkeys(refused, 0) | {"upload-too-slow": 32}


def test_uploads_that_drip_do_not_keep_the_room_from_others(home):
    port = free_port()
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    over = threading.Event()

    def drip(address):
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S, (address, 0)) as client:
            client.sendall(head.encode() + b"x" * 900_000)
            with suppress(OSError):
                while not over.wait(0.3):
                    client.sendall(b"x")

    with serving(home, port, max_upload_mb="1", buffer_mb="1") as _, ExitStack() as stack:
        get(port, "/readyz")
        stack.callback(over.set)
        for number in range(8):  # together over seven megabytes, where there is room for three
            thread = threading.Thread(target=drip, args=(f"127.0.0.{2 + number}",), daemon=True)
            thread.start()
        until_refused(port, "no-room-for-upload")
        statuses = until_searched(port)
        refused = refusals(port)

    assert statuses[-1] == 200
    assert refused["upload-made-way"] >= 1


def test_an_upload_in_chunks_over_the_limit_is_too_large(home):
    port = free_port()
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"

    with serving(home, port, max_upload_mb="1"):
        get(port, "/readyz")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(head.encode() + chunk * 6)
            answer = client.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"upload-too-large" in answer


def test_an_upload_over_the_limit_is_refused_before_it_is_read(home):
    port = free_port()
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )

    with serving(home, port, max_upload_mb="1"):
        get(port, "/readyz")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(head.encode())
            answer = client.recv(65536)

        refused = refusals(port)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert refused == dict.fromkeys(refused, 0) | {"upload-too-large": 1}


def test_a_demonstration_serves_what_it_has_just_read_and_ends_cleanly(empty_home):
    port = free_port()

    with serving(empty_home, port, command=("demo", "--items", "40")) as process:
        found = get(port, f"/api/v1/products/{shipped.skus()[0]}/similar")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=PATIENCE_S)

    assert found["total"] == 39
    assert process.returncode == 0
    assert "terminate called" not in told  # threads of the network, lost in a fork


def test_a_demonstration_serves_its_first_products_while_the_others_come_in(empty_home):
    port = free_port()

    command = ("demo", "--data", "fashion-mnist", "--items", "4500")
    with serving(empty_home, port, command=command) as process:
        first = get(port, "/api/v1/products")["total"]
        until = time.monotonic() + 5 * PATIENCE_S
        while get(port, "/api/v1/products/FM-00007/similar")["total"] < 4499:
            assert time.monotonic() < until
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)

    assert 2000 <= first < 4500
    assert process.returncode == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_an_address_in_use_is_one_line_and_exit_1(home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with serving(home, port) as process:
            _, told = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert told.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{port}" in told


def test_an_unknown_setting_is_refused_at_start(home):
    with serving(home, free_port(), prot="8000") as process:
        _, told = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert "LOOKALIKE_PROT" in told
