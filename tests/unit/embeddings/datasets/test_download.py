"""One file over HTTP from a server that breaks off, or says something else the next time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from embeddings.datasets.download import download, tag_of
from embeddings.errors import BrokenOff, DatasetUnavailable

FILE = bytes(range(256)) * 40


@contextmanager
def breaking_off(portions: list[int], *, vouched: bool) -> Iterator[tuple[str, list[int]]]:
    """Serve FILE, each time so many bytes of it and no more; gives where each answer began."""
    begins: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range", "bytes=0-")
            first = int(asked.removeprefix("bytes=").removesuffix("-"))
            begins.append(first)
            portion = portions[len(begins) - 1] if len(begins) <= len(portions) else len(FILE)
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(FILE) - first))
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(FILE) - 1}/{len(FILE)}")
            if vouched:
                self.send_header("ETag", '"one"')
                self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            self.wfile.write(FILE[first : first + portion])

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/file", begins
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_breaks_off_again_and_again_comes_whole(tmp_path):
    target = tmp_path / "file"
    told = []

    with breaking_off([1000, 1, 5000], vouched=True) as (url, begins):
        download(url, target, name="f", max_bytes=len(FILE), progress=lambda *s: told.append(s))

    assert target.read_bytes() == FILE
    assert begins == [0, 1000, 1001, 6001]
    assert told[-1] == ("f", len(FILE), len(FILE))


def test_a_server_that_gives_nothing_more_is_not_asked_for_ever(tmp_path):
    target = tmp_path / "file"

    with (
        breaking_off([1000, 0], vouched=True) as (url, begins),
        pytest.raises(BrokenOff, match=f"broke off after 1000 of {len(FILE)} bytes"),
    ):
        download(url, target, name="f", max_bytes=len(FILE))

    assert begins == [0, 1000]
    assert target.read_bytes() == FILE[:1000]
    assert tag_of(target).is_file()  # the next run may go on


def test_what_cannot_go_on_is_not_begun_again(tmp_path):
    target = tmp_path / "file"

    with (
        breaking_off([1000], vouched=False) as (url, begins),
        pytest.raises(BrokenOff, match="broke off after 1000"),
    ):
        download(url, target, name="f", max_bytes=len(FILE))

    assert begins == [0]


def test_what_grows_beyond_its_limit_ends_at_once(tmp_path):
    target = tmp_path / "file"

    with (
        breaking_off([2000], vouched=True) as (url, begins),
        pytest.raises(DatasetUnavailable, match="sent more than 3000 bytes"),
    ):
        download(url, target, name="f", max_bytes=3000)

    assert begins == [0, 2000]
