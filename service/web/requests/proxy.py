"""Where the service is reached from outside, with a web server in front of it."""

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from service.settings.environment import Settings

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# A web server hands on a prefix that a client made up, so only a plain one is believed.
_PLAIN_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


def public_prefix(settings: Settings) -> str:
    """Return the path under which the service is public; empty where it is at the root."""
    return "" if settings.public_url is None else urlsplit(settings.public_url).path.rstrip("/")


def behind_proxy(app: Application, settings: Settings) -> Application:
    """Let an application see the addresses that its visitors see."""
    if settings.trusted_proxy is not None:
        app = _forwarded(app, settings.trusted_proxy)
    return app if settings.public_url is None else _fixed(app, settings.public_url)


def visitors_of(settings: Settings) -> Callable[[str, str], str]:
    """Return a function that names a visitor by its address and what `X-Forwarded-For` says.

    Addresses of IPv6 are told apart by their first half: the other is anybody's to choose.
    """
    trusted = [ip_network(each) for each in (settings.trusted_proxy or "").split(",") if each]

    def visitor(address: str, forwarded: str) -> str:
        client = forwarded.rpartition(",")[2].strip()
        if client and _is_in(trusted, address):
            address = client
        return seen_as(address)

    return visitor


def seen_as(address: str) -> str:
    """Name a visitor by an address; of IPv6 by the half that is not anybody's to choose."""
    try:
        given = ip_address(address)
    except ValueError:
        return address
    seen = getattr(given, "ipv4_mapped", None) or given
    return str(seen) if seen.version == 4 else str(ip_network((int(seen) >> 64 << 64, 64)))


def _fixed(app: Application, public_url: str) -> Application:
    """Serve under one address, whether the web server takes the prefix away or not."""
    parts = urlsplit(public_url)
    prefix = parts.path.rstrip("/")

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = parts.scheme
        environ["HTTP_HOST"] = parts.netloc
        _mount(environ, prefix)
        return app(environ, start)

    return answer


def _forwarded(app: Application, trusted: str) -> Application:
    """Believe what these web servers, and no others, say of a request's way here."""
    networks = [ip_network(each) for each in trusted.split(",")]

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if _is_in(networks, environ.get("REMOTE_ADDR", "")):
            # The last value is the one that our web server itself added.
            if client := _last(environ, "HTTP_X_FORWARDED_FOR"):
                environ["REMOTE_ADDR"] = client
            if (scheme := _last(environ, "HTTP_X_FORWARDED_PROTO")) in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            prefix = _last(environ, "HTTP_X_FORWARDED_PREFIX").rstrip("/")
            if _PLAIN_PREFIX.fullmatch(prefix):
                _mount(environ, prefix)
        return app(environ, start)

    return answer


def _mount(environ: dict[str, Any], prefix: str) -> None:
    environ["SCRIPT_NAME"] = prefix
    path = environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"


def _last(environ: dict[str, Any], key: str) -> str:
    return str(environ.get(key, "")).rpartition(",")[2].strip()


def _is_in(networks: list[Any], address: str) -> bool:
    try:
        given = ip_address(address)
    except ValueError:
        return False
    seen = getattr(given, "ipv4_mapped", None) or given  # a socket of both kinds writes so
    return any(seen in network for network in networks)
