"""Hosts that somebody allows for the pictures of one file, beside those that the shop allows."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any

from catalog.access.terms import ActorKind, Role, Scope
from catalog.errors import BadSource
from service.access.actor import Actor
from service.errors import BadSetting, NotAllowed
from service.settings.addresses import private_hosts
from service.settings.environment import Settings

_MOST = 50
_USUAL_PORT = 443
_SETTING = "LOOKALIKE_FETCH_ALLOWED_BY"


class AllowedBy(StrEnum):
    """Who may allow a host for one file."""

    NOBODY = "nobody"
    ADMIN = "admin"
    EDITOR = "editor"


def read_hosts(told: Any) -> tuple[str, ...]:
    """Read hosts that are allowed for one file, each by its name. Raises: BadSource."""
    if not isinstance(told, list | tuple) or not all(isinstance(each, str) for each in told):
        raise BadSource("fetch_hosts is a list of hosts such as 'cdn.example.com'")
    if len(told) > _MOST:
        raise BadSource(f"at most {_MOST} hosts are allowed for a file, got {len(told)}")
    # A setting is one text; here each is one host, or the number allowed would say nothing.
    if several := next((each for each in told if "," in each), None):
        raise BadSource(f"fetch_hosts names one host in each text, got '{several[:100]}'")
    try:
        return tuple(dict.fromkeys(private_hosts("fetch_hosts", each) for each in told))
    except BadSetting as error:
        raise BadSource(str(error)) from error


def may_allow(by: Actor, settings: Settings) -> bool:
    """Return whether somebody may allow hosts for a file that they import."""
    allowed = AllowedBy(settings.fetch_allowed_by)
    if allowed is AllowedBy.NOBODY:
        return False
    if by.kind is ActorKind.KEY:
        return (Scope.ADMIN if allowed is AllowedBy.ADMIN else Scope.WRITE) in by.scopes
    return by.role is not None and by.role.covers(Role(allowed.value))


def check_may_allow(hosts: Collection[str], by: Actor, settings: Settings) -> None:
    """See that somebody may allow these hosts, if there are any. Raises: NotAllowed."""
    if hosts and not may_allow(by, settings):
        who = AllowedBy(settings.fetch_allowed_by)
        rule = "nobody" if who is AllowedBy.NOBODY else f"an {who}"
        raise NotAllowed(
            f"{rule} allows hosts for one file here ({_SETTING}); the shop's own are in "
            "LOOKALIKE_FETCH_HOSTS"
        )


class HostStands(StrEnum):
    """How a host stands with the shop, as its form tells: nobody is asked for its address."""

    SHOP = "shop"  # the settings allow it for every file
    OPEN = "open"  # it may be allowed for one file
    OWN = "own"  # lies in a network of the shop's own: only the settings can allow it
    NEVER = "never"  # nothing is ever fetched from it


def how_hosts_stand(hosts: Iterable[str], settings: Settings) -> dict[str, HostStands]:
    """Tell of some hosts whether they are allowed, or who could."""
    from service.fetching import FetchPolicy, policy_of  # its library is loaded where it is needed
    from service.fetching.networks import Reach, is_own_name, reach_of

    shop = policy_of(settings) or FetchPolicy()

    def stands(host: str) -> HostStands:
        name, port = _parts(host)
        try:
            reach = reach_of(name)
        except ValueError:
            reach = Reach.OWN if is_own_name(name) else Reach.PUBLIC
        if reach is Reach.NEVER:
            return HostStands.NEVER
        if reach is Reach.OWN:
            return HostStands.SHOP if shop.admits_own(name, port) else HostStands.OWN
        return HostStands.SHOP if shop.admits(name, port) else HostStands.OPEN

    return {host: stands(host) for host in hosts}


def _parts(host: str) -> tuple[str, int]:
    """Take a host and its port apart, as `fetch_hosts` writes them."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name, int(port[1:] or _USUAL_PORT)
    name, _, port = host.partition(":")
    return name, int(port or _USUAL_PORT)


def still_allowed(hosts: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """Return the hosts of a file that was sent before: none, if nobody may allow any now."""
    is_off = AllowedBy(settings.fetch_allowed_by) is AllowedBy.NOBODY
    return () if is_off else tuple(hosts)
