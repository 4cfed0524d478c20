"""Pictures whose names are addresses: the file of that name may lie beside the table."""

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from catalog.errors import BadRow
from embeddings.files.names import printable

_ADDRESS = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]+:")  # two letters: C:\ is no scheme

_NOT_FETCHED = "pictures are not fetched from addresses"  # so begins what is said of them
_NOT_AMONG = "is not among the hosts of"  # so says a shop that allows others
_IS_OWN = ("is at no public address, and is not asked", "which is no public address")
_MOST_STEPS = 10  # of an address that may be folders here


class PictureElsewhere(BadRow):
    """A picture is at an address, and no file of its name lies beside the table."""


def is_address(name: str) -> bool:
    """Say whether a picture's name is an address."""
    return _ADDRESS.match(name) is not None


def beside(name: str, has: Callable[[str], bool]) -> str:
    """Give the name of the file that is meant by an address; any other name as it is.

    `has` says whether there is such a file.

    Raises:
        PictureElsewhere: there is none.
    """
    if not is_address(name):
        return name
    for file in _files(name):
        if has(file):
            return file
    raise PictureElsewhere(name)


def is_elsewhere(name: str, has: Callable[[str], bool]) -> bool:
    """Say whether a name is an address by which no file is meant; `has` as of `beside`."""
    return is_address(name) and not any(map(has, _files(name)))


def not_fetched(addresses: Sequence[str]) -> str:
    """Say of a row's addresses that they are not fetched, and what to do."""
    first = addresses[0]
    *_, file = ("it", *_files(first))  # the shortest
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return printable(
        f"{_NOT_FETCHED} such as '{first[:60]}'{more}: "
        f"download them, and put '{file[:60]}' beside the table or name its folder by --photos, "
        "or allow its host: on the import page, by LOOKALIKE_FETCH_HOSTS or --fetch-pictures"
    )


def is_of_no_host(reason: str) -> bool:
    """Say whether a row was refused for a picture at a host that nobody has allowed."""
    return reason.startswith(_NOT_FETCHED) or _NOT_AMONG in reason


def is_of_own_network(reason: str) -> bool:
    """Say whether a row was refused for a picture in a network of the shop's own."""
    return any(each in reason for each in _IS_OWN)


def _files(address: str) -> Iterator[str]:
    """Give the ways in which an address may name a file, from the longest."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return
    steps = [step for step in path.split("/") if step]
    for number in range(min(len(steps), _MOST_STEPS), 0, -1):
        yield "/".join(steps[-number:])
