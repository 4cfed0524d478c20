"""Where may be asked: the hosts that a shop has named, at public addresses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from service.fetching.errors import RefusedAddress
from service.fetching.networks import Reach, reach_of
from service.settings.addresses import fetch_hosts, is_host
from service.settings.environment import Settings

EVERY_HOST = "*"
_USUAL_PORTS = (80, 443)
_LONGEST = 2_000  # characters of an address
_AS_SENT = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_NAME = "LOOKALIKE_FETCH_HOSTS"


@dataclass(frozen=True, slots=True)
class HostRule:
    """A host that was named, or all below a name."""

    name: str  # in lower case; `*.` in front: all below it; `*`: every one
    port: int | None  # None: the usual ones

    def fits(self, host: str, port: int) -> bool:
        """Return whether it means this host and port."""
        if port != self.port and not (self.port is None and port in _USUAL_PORTS):
            return False
        if self.name == EVERY_HOST:
            return True
        if self.name.startswith("*."):
            return host.endswith(self.name[1:])
        return host == self.name


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The hosts that may be asked, and those of them that may have private addresses."""

    hosts: tuple[HostRule, ...] = ()
    private: tuple[HostRule, ...] = ()

    def check(self, address: str) -> URL:
        """Read an address, and see that its host may be asked. Raises: RefusedAddress."""
        url = _read(address)
        host, port = host_of(url)
        if not self.admits(host, port):
            shown = host if port in _USUAL_PORTS else f"{host}:{port}"
            raise RefusedAddress(f"'{shown[:100]}' is not among the hosts of {_NAME}")
        if is_literal(host):
            self.check_reach(host, port, host)
        return url

    def check_reach(self, host: str, port: int, address: str) -> None:
        """See that a host's address may be connected to. Raises: RefusedAddress."""
        try:
            reach = reach_of(address)
        except ValueError:
            raise RefusedAddress(f"'{host[:100]}' has no address that we know") from None
        if reach is Reach.PUBLIC:
            return
        if reach is Reach.OWN and self.admits_own(host, port):
            return
        raise RefusedAddress(
            f"'{host[:100]}' is at no public address, and is not asked"
            if is_literal(host)
            else f"'{host[:100]}' leads to {address}, which is no public address"
        )

    def admits(self, host: str, port: int) -> bool:
        """Return whether a host is among those that may be asked, wherever it is."""
        return any(rule.fits(host, port) for rule in (*self.hosts, *self.private))

    def admits_own(self, host: str, port: int) -> bool:
        """Return whether a host may be asked though it lies in a network of the shop's own."""
        return any(rule.fits(host, port) for rule in self.private)


def policy_of(settings: Settings, more: Iterable[str] = ()) -> FetchPolicy | None:
    """Return what the settings allow, and `more` hosts; None where that is nothing.

    Raises:
        BadSetting: one of these is no host.
    """
    told = [fetch_hosts("--fetch-pictures", each) for each in more]
    hosts = _rules(",".join([*told, settings.fetch_hosts or ""]))
    private = _rules(settings.fetch_private or "")
    return FetchPolicy(hosts, private) if hosts or private else None


def host_of(url: URL) -> tuple[str, int]:
    """Return an address' host, without the dot that may end it, and port."""
    host, port = url.raw_host, url.port
    assert host is not None  # it was checked
    assert port is not None
    return host.removesuffix(".").lower(), port


def named_host(address: str) -> str | None:
    """Return the host of an address as rules name it, with a port that is not usual.

    None: it is no address that would be asked.
    """
    try:
        host, port = host_of(_read(address))
    except RefusedAddress:
        return None
    name = f"[{host}]" if ":" in host else host
    return name if port in _USUAL_PORTS else f"{name}:{port}"


def is_literal(host: str) -> bool:
    """Return whether a host is an address itself, and no name."""
    try:
        reach_of(host)
    except ValueError:
        return False
    return True


def _read(address: str) -> URL:
    """Read an address by the very rules by which it is asked. Raises: RefusedAddress."""
    if len(address) > _LONGEST:
        raise RefusedAddress(f"an address has at most {_LONGEST} characters, got {len(address)}")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in address):
        raise RefusedAddress("an address holds no control characters")
    text = address.strip()
    text = f"https:{text}" if text.startswith("//") else text
    try:
        url = URL(text)
    except ValueError as error:
        raise RefusedAddress(f"this is no address: {error}") from None
    if url.scheme not in ("http", "https"):
        raise RefusedAddress(f"an address begins with https:// or http://, got '{text[:40]}'")
    if "@" in url.raw_authority:
        raise RefusedAddress("an address with a name or a password in it is not asked")
    if not url.raw_host or not url.port or not is_host(host_of(url)[0]):
        raise RefusedAddress(f"'{(url.raw_host or '')[:60]}' is no host")
    # What is written as addresses are is asked for to the letter: a signature may be in it.
    to_the_letter = URL(text, encoded=True) if _AS_SENT.fullmatch(text) else url
    return (to_the_letter if host_of(to_the_letter) == host_of(url) else url).with_fragment(None)


def _rules(text: str) -> tuple[HostRule, ...]:
    return tuple(_rule(each) for each in text.split(",") if each)


def _rule(text: str) -> HostRule:
    """Read a host as `fetch_hosts` gives it."""
    if text.startswith("["):
        name, _, port = text[1:].partition("]")
        return HostRule(name, int(port[1:]) if port else None)
    name, _, port = text.partition(":")
    return HostRule(name, int(port) if port else None)
