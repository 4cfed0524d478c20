"""The rules for a setting that is an address: of a machine, a door of ours, or the public one.

Only the form is looked at, and no name is asked for: every command reads the settings, with a
network or without. Whether a name leads to this machine is told by who listens on it.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

from service.errors import BadSetting

# RFC 1123, section 2.1, and the underscore that container networks have in their names.
_NAME = re.compile(r"(?=.{1,253}\.?$)(\w([\w-]{0,61}\w)?\.)*\w([\w-]{0,61}\w)?\.?", re.ASCII)
# What ends in a number is an address and no name: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMERIC_END = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?", re.IGNORECASE)
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]+")  # as what a trusted proxy may say
_MOST_PORT = 65_535
_REDIS = re.compile(r"rediss?://[^\s]+")
_FETCH_HOST = re.compile(
    r"((?P<below>\*\.)?(?P<name>[^:*\[\]\s/@]+|(?<!\.)\*)|(?P<v6>\[[^\]]+\]))(:(?P<port>[0-9]{1,5}))?"
)


def is_host(text: str) -> bool:
    """Return whether a text has the form of a machine's name or address, in brackets or not."""
    if ":" in text or text.startswith("["):
        bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        return "%" not in bare and _is(IPv6Address, bare)
    if _NUMERIC_END.fullmatch(text):
        return _is(IPv4Address, text)
    return _NAME.fullmatch(text) is not None


def host(variable: str, value: str) -> str:
    """Read what `serve` listens on. Raises: BadSetting."""
    if not is_host(value):
        raise BadSetting(
            f"{variable} is a machine's name or address, such as localhost, 0.0.0.0 or ::1, "
            f"without a port, got '{value}'"
        )
    return value


def public_url(variable: str, value: str) -> str:
    """Read the address under which a web server in front makes us public. Raises: BadSetting."""
    refused = BadSetting(
        f"{variable} is an address such as https://shop.example/find, a name and a path of plain "
        f"letters, got '{value}'"
    )
    if not re.fullmatch(r"https?://[^\s?#@\\]+", value):
        raise refused
    try:
        parts = urlsplit(value)
        port = parts.port  # Raises: ValueError
    except ValueError:
        raise refused from None
    machine, colon, _ = parts.netloc.rpartition(":") if port is not None else (parts.netloc, "", "")
    path = parts.path.removesuffix("/")
    if (
        not is_host(machine)
        or (":" in machine and not machine.startswith("["))
        or (colon and not port)
        or not all(map(_SEGMENT.fullmatch, path.split("/")[1:]))
    ):
        raise refused
    return value.removesuffix("/")


def networks(variable: str, value: str) -> str:
    """Read addresses or networks, with commas between them. Raises: BadSetting."""
    try:
        if "%" in value:
            raise AddressValueError("a network is of no one network card")
        return ",".join(str(ip_network(each.strip(), strict=False)) for each in value.split(","))
    except ValueError:
        raise BadSetting(
            f"{variable} lists addresses or networks such as 127.0.0.1,10.0.0.0/8, got '{value}'"
        ) from None


def monitoring(variable: str, value: str) -> str:
    """Read where `/metrics` and `/readyz` answer. Raises: BadSetting."""
    if value.lower() in ("public", "off"):
        return value.lower()
    machine, _, port = value.rpartition(":")
    is_port = re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= _MOST_PORT
    if not is_port or not is_host(machine):
        raise BadSetting(
            f"{variable} is public, off, or an address such as 127.0.0.1:9100, got '{value}'"
        )
    return value


def counting(variable: str, value: str) -> str:
    """Read where requests are counted: in memory, or in a Redis. Raises: BadSetting."""
    if value.lower() == "memory":
        return "memory"
    if not _REDIS.fullmatch(value):
        raise BadSetting(
            f"{variable} is memory, or a Redis such as redis://127.0.0.1:6379/0, got '{value}'"
        )
    return value


def redis(variable: str, value: str) -> str:
    """Read the address of a Redis. Raises: BadSetting."""
    if not _REDIS.fullmatch(value):
        raise BadSetting(f"{variable} is a Redis such as redis://127.0.0.1:6379/0, got '{value}'")
    return value


def fetch_hosts(variable: str, value: str) -> str:
    """Read from which hosts may be fetched, in lower case and without spaces. Raises: BadSetting.

    `*.` in front of a name means all below it, and `*` every host.
    """
    return ",".join(_fetch_host(variable, each.strip()) for each in value.split(","))


def private_hosts(variable: str, value: str) -> str:
    """Read which hosts may have private addresses: each by its name. Raises: BadSetting."""
    hosts = fetch_hosts(variable, value)
    if "*" in hosts:
        raise BadSetting(f"{variable} names each host, without '*', got '{value}'")
    return hosts


def _fetch_host(variable: str, text: str) -> str:
    refused = BadSetting(
        f"{variable} lists hosts such as cdn.example.com, *.shop.example or pictures.example:8080, "
        f"got '{text[:100]}'"
    )
    found = _FETCH_HOST.fullmatch(text)
    if not found or not 1 <= int(found["port"] or 1) <= _MOST_PORT:
        raise refused
    port = f":{int(found['port'])}" if found["port"] else ""
    if found["name"] == "*":
        return f"*{port}"
    if found["v6"]:
        if not is_host(found["v6"]):
            raise refused
        return f"[{IPv6Address(found['v6'][1:-1])}]{port}"
    try:
        name = found["name"].lower().encode("idna").decode().removesuffix(".")
    except UnicodeError:
        raise refused from None
    if not is_host(name) or (found["below"] and _NUMERIC_END.fullmatch(name)):
        raise refused
    return f"{found['below'] or ''}{name}{port}"


def _is(kind: type[IPv4Address] | type[IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except AddressValueError:
        return False
    return True
