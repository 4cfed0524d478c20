"""The rules for a setting's value: tidied as people write them, or refused with the reason."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service.errors import BadSetting

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNEXPANDED = re.compile(r"\$\w|\$\{|%\w+%")
_PROTOCOL = r"(TCP|UDP|SCTP)"
# What Kubernetes and Docker set in every container beside a service named like us.
_OF_A_CLUSTER = re.compile(
    r"([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
    rf"|PORT_[0-9]+_{_PROTOCOL}(_(ADDR|PORT|PROTO))?)"
)
_LINK = re.compile(rf"{_PROTOCOL.lower()}://.*")


def is_of_a_cluster(name: str, value: str) -> bool:
    """Whether a variable, without our prefix, tells of a service and is no setting of ours."""
    if _OF_A_CLUSTER.fullmatch(name):
        return True
    return (name == "PORT" or name.endswith("_PORT")) and bool(_LINK.fullmatch(value.strip()))


def tidy(variable: str, value: str) -> str:
    """Take away what a file of settings leaves around a value: spaces, line ends, quotes.

    Raises:
        BadSetting: nothing is left, or something is left that no value holds.
    """
    tidied = value.strip()
    if len(tidied) > 1 and tidied[0] == tidied[-1] and tidied[0] in "'\"":
        tidied = tidied[1:-1].strip()
    if not tidied:
        raise BadSetting(f"{variable} is empty; leave it out for its default")
    if _CONTROL.search(tidied):
        raise BadSetting(f"{variable} holds a control character, got {tidied!r}")
    return tidied


def folder(variable: str, value: str) -> Path:
    """Read a folder's path; `~` is the home folder. Raises: BadSetting."""
    value = tidy(variable, value)
    if _UNEXPANDED.search(value):
        raise BadSetting(f"{variable} names a variable, which nobody puts in, got '{value}'")
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise BadSetting(f"{variable} begins with a home folder that is unknown: {error}") from None
    if path.exists() and not path.is_dir():
        raise BadSetting(f"{variable} is a folder, and '{value}' is a file")
    return path


def number(variable: str, value: str, most: int) -> int:
    """Read a whole number from 1 to `most`. Raises: BadSetting."""
    value = tidy(variable, value)
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
        raise BadSetting(f"{variable} is a whole number from 1 to {most}, got '{value}'")
    return int(value)


def text(variable: str, value: str, rules: Mapping[str, Any]) -> str:
    """Read a text: one of the `choices`, or of a `shape`, where the rules name one.

    Raises:
        BadSetting: it is neither.
    """
    value = tidy(variable, value)
    if choices := rules.get("choices"):
        known = {each.lower(): each for each in choices}
        if value.lower() not in known:
            listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
            raise BadSetting(f"{variable} is {listed}, got '{value}'")
        return str(known[value.lower()])
    if shape := rules.get("shape"):
        return str(shape(variable, value))
    if value.startswith("~"):
        return str(folder(variable, value))
    return value


def public_url(variable: str, value: str) -> str:
    """Read the address under which a web server in front makes us public. Raises: BadSetting."""
    parts = urlsplit(value)
    plain = re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value)
    if plain is None or not parts.hostname or "//" in parts.path:
        raise BadSetting(
            f"{variable} is an address such as https://shop.example/find, got '{value}'"
        )
    return value.rstrip("/")


def networks(variable: str, value: str) -> str:
    """Read addresses or networks, with commas between them. Raises: BadSetting."""
    try:
        return ",".join(str(ip_network(each.strip(), strict=False)) for each in value.split(","))
    except ValueError:
        raise BadSetting(
            f"{variable} lists addresses or networks such as 127.0.0.1,10.0.0.0/8, got '{value}'"
        ) from None


def monitoring(variable: str, value: str) -> str:
    """Read where `/metrics` and `/readyz` answer. Raises: BadSetting."""
    if value.lower() in ("public", "off"):
        return value.lower()
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise BadSetting(
            f"{variable} is public, off, or an address such as 127.0.0.1:9100, got '{value}'"
        )
    return value
