"""The rules for a setting's value: tidied as people write them, or refused with the reason."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

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
    try:
        if path.exists() and not path.is_dir():
            raise BadSetting(f"{variable} is a folder, and '{value}' is a file")
        if (above := next(filter(Path.exists, path.absolute().parents))).is_file():
            raise BadSetting(f"{variable} is a folder, and '{above}' above '{value}' is a file")
    except OSError as error:
        raise BadSetting(f"{variable} is a folder: {error.strerror}, got '{value}'") from None
    return path


def bundle(variable: str, value: str) -> str:
    """Read a shipped model's name or a bundle's folder. Raises: BadSetting.

    It need not be there: only a new catalogue opens it, and a shop may have another model by now.
    """
    if not re.fullmatch(r"[\w-]+", value):
        return str(folder(variable, value))
    return value


def number(variable: str, value: str, most: int, least: int = 1) -> int:
    """Read a whole number from `least` to `most`. Raises: BadSetting."""
    value = tidy(variable, value)
    if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise BadSetting(f"{variable} is a whole number from {least} to {most}, got '{value}'")
    return int(value)


def text(variable: str, value: str, rules: Mapping[str, Any]) -> str:
    """Read a text: one of the `choices`, or of a `shape`; the rules name either.

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
    shape: Callable[[str, str], str] = rules["shape"]
    return shape(variable, value)
