"""Downloads one file over HTTP(S), no longer than it may be, and tells how far it is."""

import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import IO, TypeAlias

from embeddings.errors import DatasetUnavailable

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


def download(
    url: str, target: Path, *, name: str, max_bytes: int, progress: Progress = no_progress
) -> None:
    """Write what an address gives to `target`; after an error it is not whole.

    Raises:
        DatasetUnavailable: more than `max_bytes` came, or less than was announced.
        OSError, HTTPException: it could not be reached, or refused.
    """
    opener = urllib.request.build_opener(SameSchemeRedirects)
    request = urllib.request.Request(url, headers={"User-Agent": "lookalike"})
    with _opened(opener, request) as answer, target.open("wb") as out:
        total = int(answer.headers.get("Content-Length") or 0)
        done = 0
        while chunk := answer.read(CHUNK_BYTES):
            done += len(chunk)
            if done > max_bytes:
                raise DatasetUnavailable(f"{url} sent more than {max_bytes} bytes")
            out.write(chunk)
            progress(name, done, total)
        if total and done != total:
            raise DatasetUnavailable(f"{url} broke off after {done} of {total} bytes")


def _opened(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> HTTPResponse:
    try:
        answer: HTTPResponse = opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()  # it is an answer, too, and holds its connection
        raise
    return answer
