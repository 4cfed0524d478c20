"""One try: asks at an address, follows where it leads, and receives what comes into a file."""

import hashlib
import socket
import ssl
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
from yarl import URL

from service.fetching.errors import NotHad, RefusedAddress, TryLater
from service.fetching.limits import FetchLimits
from service.fetching.patience import Due, Patience
from service.fetching.policy import FetchPolicy, host_of
from service.fetching.received import UNCHANGED, Received, Unchanged, Validators
from service.fetching.turns import Turns

_CHUNK = 64 * 1024
_LONGEST_VALIDATOR = 500  # characters; whoever sends longer ones is asked for everything anew
_MOVED = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)
_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY)
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


async def ask(
    session: aiohttp.ClientSession,
    address: str,
    into: Path,
    known: Validators,
    policy: FetchPolicy,
    limits: FetchLimits,
    turns: Turns,
    patience: Patience,
) -> Received | Unchanged:
    """Ask once, and follow at most so many redirects, each looked at as the first address is.

    Raises:
        RefusedAddress: it, or where it leads, may not be asked.
        TryLater: another try may have it.
        NotHad: it cannot be had.
    """
    url = policy.check(address)
    for _ in range(limits.redirects + 1):
        host, port = host_of(url)
        async with turns.turn(f"{host}:{port}"):
            came = await _request(session, url, into, known, limits, patience)
        if not isinstance(came, URL):
            return came
        url = _next(url, came, policy)
    raise NotHad(f"it leads on more than {limits.redirects} times")


def _next(url: URL, where: URL, policy: FetchPolicy) -> URL:
    try:
        there = policy.check(str(url.join(where)))
    except RefusedAddress as error:
        raise RefusedAddress(f"it leads on to where we do not ask: {error}") from None
    if url.scheme == "https" and there.scheme != "https":
        raise RefusedAddress("it leads on from https to http")
    return there


async def _request(
    session: aiohttp.ClientSession,
    url: URL,
    into: Path,
    known: Validators,
    limits: FetchLimits,
    patience: Patience,
) -> Received | Unchanged | URL:
    try:
        async with patience.answer(limits) as due, _get(session, url, known) as response:
            return await _answer(response, into, known, limits, due)
    except aiohttp.ConnectionTimeoutError as error:
        raise TryLater("the server cannot be reached in time", silent=True) from error
    except aiohttp.SocketTimeoutError as error:
        raise TryLater(f"the server sent nothing for {limits.read_s:g} s", silent=True) from error
    except TimeoutError as error:
        raise TryLater(str(error), silent=True) from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        raise NotHad(f"the server does not prove who it is: {_reason(error)}") from error
    except aiohttp.ClientConnectorDNSError as error:
        if getattr(error.os_error, "errno", None) == socket.EAI_AGAIN:
            raise TryLater(
                f"the host '{error.host}' cannot be looked up now", silent=True
            ) from error
        raise NotHad(f"no host is called '{error.host}'") from error
    except aiohttp.ClientPayloadError as error:
        raise TryLater("it was cut off before its end") from error
    except (aiohttp.ClientConnectionError, ConnectionError) as error:
        raise TryLater(f"the server cannot be reached: {_reason(error)}", silent=True) from error
    except (aiohttp.ClientError, ValueError) as error:
        raise NotHad(f"the server's answer cannot be read: {type(error).__name__}") from error


def _get(
    session: aiohttp.ClientSession, url: URL, known: Validators
) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
    return session.get(url, headers=known.headers, allow_redirects=False)


async def _answer(
    response: aiohttp.ClientResponse, into: Path, known: Validators, limits: FetchLimits, due: Due
) -> Received | Unchanged | URL:
    status = response.status
    if status in _MOVED and (where := response.headers.get("Location")):
        return URL(where)
    if status == HTTPStatus.NOT_MODIFIED and known:
        return UNCHANGED
    if status in (*_LATER, *_BUSY) or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _later(response)
    if status != HTTPStatus.OK:
        raise NotHad(f"the server answers {_told(response)}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotHad("the server sends it packed, though it was asked not to")
    if (response.content_length or 0) > limits.max_bytes:
        raise _too_large(limits)
    return await _receive(response, into, limits, due)


async def _receive(
    response: aiohttp.ClientResponse, into: Path, limits: FetchLimits, due: Due
) -> Received:
    digest = hashlib.sha256()
    size = 0
    with into.open("wb", buffering=0) as file:
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > limits.max_bytes:
                raise _too_large(limits)
            due.came(size)
            digest.update(chunk)
            file.write(chunk)
    headers = response.headers
    validators = Validators(_short(headers.get("ETag")), _short(headers.get("Last-Modified")))
    return Received(digest.hexdigest(), size, validators)


def _later(response: aiohttp.ClientResponse) -> TryLater:
    after_s = _seconds(response.headers.get("Retry-After"))
    is_busy = after_s is not None or response.status in _BUSY
    return TryLater(f"the server answers {_told(response)}", after_s, busy=is_busy)


def _seconds(text: str | None) -> float | None:
    """Read how long a server asks to wait: seconds, or until when."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # whatever a server writes there, it is only a hint
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _told(response: aiohttp.ClientResponse) -> str:
    try:
        return f"{response.status} {HTTPStatus(response.status).phrase}"
    except ValueError:
        return str(response.status)


def _too_large(limits: FetchLimits) -> NotHad:
    return NotHad(f"it has more than {limits.max_bytes} bytes")


def _short(text: str | None) -> str | None:
    """Return a validator that can be kept and sent again; bytes beyond ASCII could not."""
    is_sound = text and len(text) <= _LONGEST_VALIDATOR and text.isascii() and text.isprintable()
    return text if is_sound else None


def _reason(error: BaseException) -> str:
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    return getattr(cause, "strerror", None) or type(error).__name__
