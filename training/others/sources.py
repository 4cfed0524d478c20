"""The sources of pictures of other things, as `other_sources.toml` lists them with its reasons."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.decoding.cropping import Box

FILE = Path(__file__).with_suffix(".toml")
_NOTHING = r"$^"  # is found in no path


@dataclass(frozen=True, slots=True)
class Source:
    """Some pictures of one package: of one kind, and on one side of the split."""

    name: str  # the folder that they are gathered in
    package: str  # Debian's
    kind: str
    judged: bool  # False: to fit on
    licence: str  # what the package's copyright file says of these pictures
    take: str  # a regular expression that is found in each one's path
    leave: str = _NOTHING  # and one that is not
    box: Box | None = None  # the part that is shown


def _read_sources() -> tuple[Source, ...]:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_source(each, told["clothes"]) for each in told["source"])


def _source(told: dict[str, Any], clothes: str) -> Source:
    leave = told.get("leave", _NOTHING).replace("@clothes", clothes)
    box = Box(*told["box"]) if "box" in told else None
    return Source(**{**told, "leave": leave, "box": box})


SOURCES = _read_sources()


def packages() -> tuple[str, ...]:
    """Name every package that a source needs, each once."""
    return tuple(dict.fromkeys(source.package for source in SOURCES))


def kinds(*, judged: bool) -> tuple[str, ...]:
    """Name the kinds of one side, in the order of the sources."""
    return tuple(dict.fromkeys(each.kind for each in SOURCES if each.judged == judged))
