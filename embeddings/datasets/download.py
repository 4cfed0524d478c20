"""Downloads one file over HTTP(S), no longer than it may be, and tells how far it is."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import IO, TypeAlias

from embeddings.errors import BrokenOff, DatasetUnavailable

# Called with what comes, how much of it came and how much is to come in all (0: unknown).
Progress: TypeAlias = Callable[[str, int, int], None]

TIMEOUT_SECONDS = 30
CHUNK_BYTES = 1 << 16


def no_progress(name: str, done: int, total: int) -> None:
    """Tell nobody how far a download is."""


class SameSchemeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from HTTPS to anything less."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Refuse a redirect to another scheme."""
        if not newurl.startswith(f"{req.type}://"):
            fp.close()
            raise urllib.error.URLError(f"a redirect from {req.type} to {newurl} is refused")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def tag_of(target: Path) -> Path:
    """Name the file that keeps what the server calls the state of a download that may go on."""
    return target.with_name(f"{target.name}.tag")


def download(
    url: str, target: Path, *, name: str, max_bytes: int, progress: Progress = no_progress
) -> None:
    """Write what an address gives to `target`; after an error it is not whole.

    Where `tag_of(target)` is there, an earlier download went so far, and this one goes on from it
    if the server still has the same. Servers without ranges or tags leave no such file. A download
    that breaks off is taken up again at once, so long as each time brings more than the last.

    Raises:
        DatasetUnavailable: more than `max_bytes` came, or less than was announced.
        OSError, HTTPException: it could not be reached, or refused.
    """
    furthest = 0
    while True:
        try:
            return _download(url, target, name=name, max_bytes=max_bytes, progress=progress)
        except (OSError, http.client.HTTPException, BrokenOff) as error:
            # Whoever refuses does so again, and another try from the beginning may take hours.
            refused = isinstance(error, urllib.error.URLError)
            if refused or not tag_of(target).is_file() or not target.is_file():
                raise
            if (came := target.stat().st_size) <= furthest:
                raise
            furthest = came


def _download(url: str, target: Path, *, name: str, max_bytes: int, progress: Progress) -> None:
    opener = urllib.request.build_opener(SameSchemeRedirects)
    with _asked(opener, url, target) as answer:
        goes_on = answer.status == http.client.PARTIAL_CONTENT
        done = target.stat().st_size if goes_on else 0
        if goes_on and not answer.headers.get("Content-Range", "").startswith(f"bytes {done}-"):
            raise DatasetUnavailable(f"{url} sent another part than was asked for")
        if not goes_on:
            _keep_tag(answer.headers, target)
        length = int(answer.headers.get("Content-Length") or 0)
        total = done + length if length else 0
        with target.open("ab" if goes_on else "wb") as out:
            while chunk := answer.read(CHUNK_BYTES):
                done += len(chunk)
                if done > max_bytes:
                    tag_of(target).unlink(missing_ok=True)
                    raise DatasetUnavailable(f"{url} sent more than {max_bytes} bytes")
                out.write(chunk)
                progress(name, done, total)
        if total and done != total:
            raise BrokenOff(f"{url} broke off after {done} of {total} bytes")


def _asked(opener: urllib.request.OpenerDirector, url: str, target: Path) -> HTTPResponse:
    headers = {"User-Agent": "lookalike"}
    file = tag_of(target)
    tag = file.read_text(encoding="ascii") if file.is_file() else ""
    if tag.endswith('"') and target.is_file():  # else it was cut short itself
        ranged = headers | {"Range": f"bytes={target.stat().st_size}-", "If-Range": tag}
        try:
            return _opened(opener, urllib.request.Request(url, headers=ranged))
        except urllib.error.HTTPError as error:
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
    return _opened(opener, urllib.request.Request(url, headers=headers))


def _keep_tag(headers: Message, target: Path) -> None:
    # A weak tag promises the same meaning, not the same bytes.
    tag = headers.get("ETag", "")
    strong = len(tag) > 1 and tag[0] == tag[-1] == '"' and tag.isascii()
    # What is there is another state's: until it is cut to nothing, no tag may vouch for it.
    tag_of(target).unlink(missing_ok=True)
    target.unlink(missing_ok=True)
    if strong and headers.get("Accept-Ranges") == "bytes":
        tag_of(target).write_text(tag, encoding="ascii")


def _opened(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> HTTPResponse:
    try:
        answer: HTTPResponse = opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()  # it is an answer, too, and holds its connection
        raise
    return answer
