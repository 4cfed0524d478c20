"""The bytes of a table as lines of text, each numbered as an editor numbers it."""

import codecs
import io
from collections import Counter, deque
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO

MAX_LINE = 1_000_000  # characters; whoever has longer lines has no CSV
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEADER = "sku,title\r\n"
_OF_PROGRAMS = ("unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape")
_MARKS = (codecs.BOM_UTF8, *(mark for mark, _ in _WIDE))


class TooLong(str):
    """The first characters of a line that has more than `MAX_LINE`."""

    __slots__ = ()


class Lines:
    """Gives line by line, with what ends it, and takes back what was looked at too early.

    What cannot be decoded comes as lone surrogates, so that one damaged row is that row's fault.
    Use it in a `with`: leaving it lets go of the file, which stays open.
    """

    def __init__(self, file: BinaryIO, encoding: str | None = None) -> None:
        """Read `file` from its beginning, as its mark tells, else as `encoding`, else as UTF-8.

        An `encoding` is one that `is_encoding`.
        """
        file.seek(0)
        head = file.read(512)
        file.seek(0)
        if encoding is None or head.startswith(_MARKS):
            encoding = encoding_of(head)
        else:
            encoding = _in_order(encoding, head)
        errors = "surrogateescape" if encoding == "utf-8-sig" else _UNDECODED
        self._file = file
        self._text = io.TextIOWrapper(file, encoding, errors, newline="")
        self._back: deque[str] = deque()
        self.number = 0  # of the line taken last, from 1

    def __enter__(self) -> "Lines":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Whoever breaks off early may have closed the file before we are asked to let go of it.
        if not self._file.closed:
            self._text.detach()

    def take(self) -> str | None:
        """Return the next line, `TooLong` in place of one that is, or None at the end."""
        if self._back:
            self.number += 1
            return self._back.popleft()
        line = self._text.readline(MAX_LINE)
        if not line:
            return None
        self.number += 1
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            while (more := self._text.readline(MAX_LINE)) and more[-1] not in "\r\n":
                pass
            return TooLong(line[:1000])
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        """Put back lines that were taken last, in their order."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def encoding_of(head: bytes) -> str:
    """Return which of Unicode's encodings it is, by a file's first bytes."""
    for mark, name in _WIDE:
        if head.startswith(mark):
            return name
    # Without a mark: of a header in Latin letters every other byte is zero.
    first, second = head[0::2].count(0), head[1::2].count(0)
    many, few = 0.7 * (len(head) // 2), 0.1 * (len(head) // 2)
    if second > many and first <= few:
        return "utf-16-le"
    if first > many and second <= few:
        return "utf-16-be"
    return "utf-8-sig"


def is_encoding(name: str) -> bool:
    """Return whether a table can be read by an encoding of that name.

    Python knows others, too: of bytes for bytes (`zip`), of single names (`idna`), of programs
    (`unicode_escape`), and one that reads nothing (`undefined`).
    """
    try:
        found = codecs.lookup(name)
        if found.name in _OF_PROGRAMS:
            return False
        read = io.TextIOWrapper(io.BytesIO(_HEADER.encode(name)), name, _UNDECODED, newline="")
        return read.read() == _HEADER
    except (LookupError, ValueError):
        return False


def _in_order(encoding: str, head: bytes) -> str:
    """Name an encoding so that its bytes have an order, which no mark at the file's head tells."""
    name = codecs.lookup(encoding).name
    if name == "utf-16":
        told = encoding_of(head)
        return told if told.startswith("utf-16") else "utf-16-le"  # as Windows writes it
    if name == "utf-32":
        return "utf-32-be" if head.startswith(b"\0\0") else "utf-32-le"
    return "utf-8-sig" if name == "utf-8" else encoding


def count_lines(file: BinaryIO, *, with_quotes: bool = False) -> int:
    """Return how many lines a text has, the last ended or not, and go back to its beginning.

    `with_quotes` leaves out those that end within quotation marks, unless one of these is open at
    the end: then they stand for inches, or for nothing.
    """
    every, outside = Counter[bytes](), Counter[bytes]()
    last, within = b"", 0
    for part in iter(lambda: file.read(1 << 20), b""):
        pieces = part.split(b'"') if with_quotes else [part]
        for end in (b"\n", b"\r"):
            every[end] += part.count(end)
            outside[end] += sum(piece.count(end) for piece in pieces[within::2])
        within = (within + len(pieces) - 1) % 2
        last = (last + part)[-8:]
    file.seek(0)
    counts = every if within else outside
    end = last.rstrip(b"\0")  # of two or four bytes each
    is_open = end != b"" and not end.endswith((b"\n", b"\r", b"\x1a"))
    return (counts[b"\n"] or counts[b"\r"]) + is_open


def _undecoded(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


_UNDECODED = "lookalike-undecoded"
codecs.register_error(_UNDECODED, _undecoded)
