"""Large files of the staff at a real server: straight to the disk, and of strangers not at all."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from service.settings.environment import Settings
from service.uploads.kept import Uploads
from service.wiring import build_services
from tests.doors import access_of, member, token_on
from tests.live_server import serving
from tests.waiting import until

PAGE = "/staff/import"
MB = 2**20
LIMIT_MB = 200
SIZE = 150 * MB
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("received"), max_import_mb=str(LIMIT_MB)) as server:
        yield server


@pytest.fixture(scope="module")
def people(server):
    """The cookie of somebody of each role, and of two more editors."""
    services = build_services(Settings(home=server.home))
    access = access_of(services)
    roles = {"viewer": "viewer", "editor": "editor", "zoe": "editor", "tom": "editor"}
    yield {
        name: f"lookalike-session={member(name, role, access=access)}"
        for name, role in roles.items()
    }
    services.close()


@pytest.fixture
def uploads(server):
    return Uploads(server.home, LIMIT_MB * MB)


@pytest.fixture
def connection(server):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    yield connection
    connection.close()


def form_token(connection, cookie):
    connection.request("GET", PAGE, headers={"Cookie": cookie})
    return token_on(connection.getresponse().read().decode())


def form(token, size, name="stock.zip"):
    """Give a form's length, and its bytes piece by piece."""
    head = (
        f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode()
    tail = b"\r\n--b--\r\n"

    def pieces():
        yield head
        for start in range(0, size, MB):
            yield bytes(min(MB, size - start))
        yield tail

    return len(head) + size + len(tail), pieces()


def send(connection, cookie, length, pieces, **headers):
    said = {"Cookie": cookie, "Content-Length": str(length), **FORM, **headers}
    connection.request("POST", PAGE, pieces, said)
    answer = connection.getresponse()
    return answer, answer.read().decode()


def test_a_large_file_goes_to_the_disk_and_not_into_memory(server, people, connection, uploads):
    token = form_token(connection, people["editor"])
    before = server.resident_mb()

    answer, _ = send(connection, people["editor"], *form(token, SIZE))

    assert answer.status == 303
    [upload] = uploads.every("import")
    assert answer.getheader("Location") == f"{PAGE}/{upload.token}"
    assert (upload.name, upload.size, upload.sent_by) == ("stock.zip", SIZE, "editor")
    assert server.resident_mb() - before < SIZE / MB / 3
    uploads.remove(upload.token)


@pytest.mark.parametrize(
    ("role", "said", "status"),
    [
        (None, {}, 401),
        ("viewer", {}, 403),
        ("editor", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("editor", {"Content-Type": "application/zip"}, 415),
        ("editor", {"Content-Length": str(LIMIT_MB * MB + 1)}, 413),
    ],
    ids=["a stranger", "a viewer", "another site", "no form", "too large"],
)
def test_who_may_not_send_is_told_before_any_of_it_has_come(
    server, people, uploads, role, said, status
):
    headers = {"Host": "x", "Content-Length": str(SIZE), **FORM, "Cookie": people.get(role, "")}
    lines = [f"{name}: {value}" for name, value in (headers | said).items()]
    host, port = urlsplit(server.url).netloc.split(":")

    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall("\r\n".join([f"POST {PAGE} HTTP/1.1", *lines, "", ""]).encode())
        answer = line.recv(100).decode()

    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert uploads.every("import") == []


def test_a_form_that_is_not_ours_is_not_kept(people, connection, uploads):
    answer, page = send(connection, people["editor"], *form("made up", 1000))

    assert answer.status == 403
    assert "not ours" in page
    assert list(uploads.folder.iterdir()) == []


def test_what_is_longer_than_it_says_nothing_of_ends_at_the_limit(people, connection, uploads):
    token = form_token(connection, people["editor"])
    _, pieces = form(token, (LIMIT_MB + 20) * MB)
    said = {"Cookie": people["editor"], **FORM, "Transfer-Encoding": "chunked"}

    connection.request("POST", PAGE, pieces, said, encode_chunked=True)
    answer = connection.getresponse()

    assert answer.status == 413
    assert f"at most {LIMIT_MB} MB" in answer.read().decode()
    assert list(uploads.folder.iterdir()) == []


def test_a_connection_that_breaks_off_leaves_nothing(server, people, connection, uploads):
    length, pieces = form(form_token(connection, people["editor"]), 20 * MB)
    said = {"Cookie": people["editor"], "Content-Length": length, **FORM}
    connection.putrequest("POST", PAGE)
    for name, value in said.items():
        connection.putheader(name, value)
    connection.endheaders()
    for _ in range(10):
        connection.send(next(pieces))
    until(lambda: any(uploads.folder.glob("*/.first")))

    connection.close()

    until(lambda: not any(uploads.folder.iterdir()))


def test_others_are_answered_while_files_come(server, people, connection, uploads):
    held = []
    for who in ("editor", "editor", "zoe", "zoe"):
        other = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        length, pieces = form(form_token(other, people[who]), 20 * MB)
        other.putrequest("POST", PAGE)
        for name, value in {"Cookie": people[who], "Content-Length": length, **FORM}.items():
            other.putheader(name, str(value))
        other.endheaders()
        for _ in range(3):
            other.send(next(pieces))
        held.append(other)
    until(lambda: len(list(uploads.folder.glob("*/.first"))) == 4)

    connection.request("GET", "/", headers={"Cookie": people["editor"]})
    shop = connection.getresponse()
    shop.read()
    fifth, page = send(connection, people["tom"], *form("x", 1000))

    assert shop.status == 200
    assert fifth.status == 503
    assert "s many files are being sent" in page
    for other in held:
        other.close()
