"""Splits a form with files into its parts, as a stream (RFC 7578, RFC 2046 section 5.1).

Werkzeug's own decoder takes line breaks before a boundary for the file's where a piece happens to
end within the boundary's line, and holds a part's whole end in memory: a ZIP must not differ by a
byte, however a network cuts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from werkzeug.http import parse_options_header

_LONGEST_HEAD = 16 * 1024  # bytes


class _At(Enum):
    DATA = auto()  # of a part, or before the first one
    BOUNDARY = auto()  # just behind one
    HEAD = auto()
    START = auto()  # of a part's data, with the line break that ends its head
    END = auto()


@dataclass(frozen=True, slots=True)
class Begin:
    """A part begins."""

    name: str
    filename: str | None  # None: a field


@dataclass(frozen=True, slots=True)
class End:
    """A part is whole."""


Event: TypeAlias = Begin | bytes | End


class NoForm(Exception):
    """The bytes are not those of a form."""


class FormParts:
    """One form, given piece by piece."""

    def __init__(self, boundary: bytes) -> None:
        """Begin before the first part."""
        self._boundary = b"\r\n--" + boundary
        self._waiting = bytearray(b"\r\n")  # so that the first boundary is like the others
        self._at = _At.DATA
        self._in_part = False

    @property
    def is_whole(self) -> bool:
        """Whether the last boundary has come."""
        return self._at is _At.END

    def take(self, data: bytes) -> Iterator[Event]:
        """Return what the next piece brings; go through it before the next one. Raises: NoForm."""
        self._waiting += data
        while True:
            if self._at is _At.DATA:
                at = self._waiting.find(self._boundary)
                # What may be the begin of a boundary waits for what comes behind it.
                end = at if at >= 0 else len(self._waiting) - len(self._boundary) + 1
                if self._in_part and end > 0:
                    yield bytes(self._waiting[:end])
                if at < 0:
                    del self._waiting[: max(0, end)]
                    return
                del self._waiting[: at + len(self._boundary)]
                if self._in_part:
                    yield End()
                self._in_part, self._at = False, _At.BOUNDARY
            elif self._at is _At.BOUNDARY:
                if len(self._waiting) < 2:
                    return
                self._at = _At.END if self._waiting.startswith(b"--") else _At.HEAD
            elif self._at is _At.HEAD:
                end = self._waiting.find(b"\r\n\r\n")
                if end < 0:
                    if len(self._waiting) > _LONGEST_HEAD:
                        raise NoForm("a part's head does not end")
                    return
                head = bytes(self._waiting[:end])
                del self._waiting[: end + 2]
                self._in_part, self._at = True, _At.START
                yield _begun(head)
            elif self._at is _At.START:
                if len(self._waiting) < len(self._boundary):
                    return
                # Some write an empty file without the line break that ends its data.
                if not self._waiting.startswith(self._boundary):
                    del self._waiting[:2]
                self._at = _At.DATA
            else:
                self._waiting.clear()
                return


def _begun(head: bytes) -> Begin:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            kind, options = parse_options_header(value.strip())
            if kind == "form-data" and "name" in options:
                return Begin(options["name"], options.get("filename"))
    raise NoForm("a part has no name")
