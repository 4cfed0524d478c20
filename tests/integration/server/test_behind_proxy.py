"""A real server under a path of another one, as a shop's web server hands requests on to it."""

import http.client
import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.fakes import plain_picture
from tests.integration.web.forms import MULTIPART, form
from tests.live_server import serving

HANDED_ON = ("Content-Type", "Accept")


def proxy_to(port, strips):
    """Start a web server that hands on what is under /find/, its prefix taken away or not."""

    class Handler(BaseHTTPRequestHandler):
        def hand_on(self):
            path = self.path
            if not path.startswith("/find/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: self.headers[name] for name in HANDED_ON if self.headers[name]}
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            path = path.removeprefix("/find") if strips else path
            upstream.request(self.command, path, body or None, headers)
            answer = upstream.getresponse()
            data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "date", "server", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            upstream.close()

        do_GET = do_POST = hand_on  # noqa: N815 -- as the library calls them

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask(port, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        door = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {"public_url": "https://shop.example/find/", "metrics": door}
    with serving(tmp_path_factory.mktemp("shop"), **settings) as running:
        yield running, int(door.rpartition(":")[2])


@pytest.fixture(params=[True, False], ids=["prefix taken away", "prefix left"])
def front(request, shop):
    running, _ = shop
    server = proxy_to(int(running.url.rpartition(":")[2]), request.param)
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_everything_a_page_names_is_found_under_the_prefix(front):
    named = set()
    for page in ("/find/", "/find/browse", "/find/api/v1/docs"):
        answer, text = ask(front, page)
        assert answer.status == 200
        named |= set(re.findall(r'(?:href|src|action)="(/[^"#]*)"', text.decode()))

    assert len(named) > 10
    assert [address for address in named if not address.startswith("/find/")] == []
    wrong = {each: ask(front, each.replace("&amp;", "&"))[0].status for each in named}
    assert {each: status for each, status in wrong.items() if status not in (200, 302, 303)} == {}


def test_a_search_by_photo_stays_under_the_prefix_and_the_api_names_whole_addresses(front):
    picture = form([("photo", "p.png", plain_picture((250, 20, 20)))])
    sent = {"method": "POST", "body": picture, "Content-Type": MULTIPART}

    moved, _ = ask(front, "/find/search", **sent)
    results, _ = ask(front, moved.getheader("Location"))
    _, told = ask(front, "/find/api/v1/search", **sent)

    assert moved.getheader("Location").startswith("/find/search/")
    assert results.status == 200
    hit = json.loads(told)["hits"][0]
    assert hit["photo_url"].startswith("https://shop.example/find/photos/")


def test_health_is_told_and_closed_routes_are_not(front):
    assert ask(front, "/find/healthz")[0].status == 200
    assert {ask(front, f"/find/{path}")[0].status for path in ("readyz", "metrics")} == {404}


def test_the_machines_routes_answer_at_their_own_address_and_nothing_else_does(shop):
    _, door = shop

    told = {path: ask(door, path)[0].status for path in ("/readyz", "/metrics", "/healthz", "/")}

    assert told == {"/readyz": 200, "/metrics": 200, "/healthz": 200, "/": 404}
