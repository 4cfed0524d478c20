"""An upload that is refused: the answer comes before the body, and reaches who sends it all."""

import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.live_server import serving

PATIENCE_S = 60
FORM = "multipart/form-data; boundary=b"
SEARCH = "/api/v1/search"
LARGE = b"x" * 9_000_000  # more than any buffer on its way, and than is taken


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("refused"), max_upload_mb="1") as server:
        yield server


def in_chunks(data):
    return (data[start : start + 65536] for start in range(0, len(data), 65536))


@pytest.mark.parametrize("chunked", [False, True], ids=["said", "chunked"])
@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("POST", SEARCH, FORM, 413),
        ("POST", "/search", FORM, 413),
        ("POST", SEARCH, "application/json", 415),
        ("POST", SEARCH, "image/jpeg", 415),
        ("PUT", SEARCH, FORM, 405),
        ("GET", "/healthz", FORM, 200),
    ],
)
def test_who_sends_it_all_before_reading_gets_the_answer(
    server, method, path, kind, status, chunked
):
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE_S)
    body = in_chunks(LARGE) if chunked else LARGE

    connection.request(method, path, body, {"Content-Type": kind}, encode_chunked=chunked)
    answer = connection.getresponse()
    answer.read()
    connection.request("GET", "/healthz")
    again = connection.getresponse()

    assert answer.status == status
    assert again.status == 200  # over the same connection
    connection.close()


@pytest.mark.parametrize(
    "length", ["Content-Length: 900000", "Transfer-Encoding: chunked"], ids=["said", "chunked"]
)
@pytest.mark.parametrize("waits", ["", "Expect: 100-continue\r\n"], ids=["sends", "waits"])
def test_another_form_is_refused_before_any_of_it_has_come(server, length, waits):
    url = urlsplit(server.url)
    head = (
        f"POST {SEARCH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"{waits}{length}\r\n\r\n"
    )

    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE_S) as client:
        client.sendall(head.encode())
        answer = client.recv(65536)

    assert answer.startswith(b"HTTP/1.1 415 ")
    assert b"multipart/form-data" in answer
