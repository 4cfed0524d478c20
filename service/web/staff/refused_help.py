"""What helps the rows that a job refused: each kind of fault is told what to do about it once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.jobs import JobLine
from service.importing.columns import MORE_PHOTOS
from service.importing.elsewhere import is_address, is_of_no_host, is_of_own_network

_PICTURES = ("photo", *MORE_PHOTOS)


@dataclass(frozen=True, slots=True)
class RefusedHelp:
    """What the first refused rows of a job want."""

    to_mend: bool  # something in them is to be mended
    names_files: bool  # one of these names a picture that is a file, and no address
    elsewhere: bool  # pictures at hosts that nobody has allowed
    own_network: bool  # pictures in a network of the shop's own


def what_helps(refused: Sequence[JobLine]) -> RefusedHelp:
    """Tell what the refused rows of a job want."""
    elsewhere = {each.id for each in refused if is_of_no_host(each.message)}
    own = {each.id for each in refused if is_of_own_network(each.message)}
    to_mend = [each for each in refused if each.id not in elsewhere | own]
    return RefusedHelp(
        to_mend=bool(to_mend),
        names_files=any(map(_names_a_file, to_mend)),
        elsewhere=bool(elsewhere),
        own_network=bool(own),
    )


def _names_a_file(line: JobLine) -> bool:
    return any(not is_address(name) for name in _pictures_of(line.cells))


def _pictures_of(cells: str) -> Iterable[str]:
    try:
        found = json.loads(cells)
    except ValueError:  # it was damaged on the disk
        return []
    named = [str(found.get(column, "")) for column in _PICTURES] if isinstance(found, dict) else []
    return [name for each in named for name in each.split("|") if name.strip()]
