"""The names in a ZIP as whoever packed it read them: in whatever encoding its program wrote them.

The format knows IBM's code page 437 and, by a flag, UTF-8 (APPNOTE.TXT, appendix D). Programs write
what their system speaks: UTF-8 without the flag (Macs), or the code page of a Windows console.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zipfile import ZipInfo

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's field for a name in UTF-8, with a checksum of the other
_PAGES = {"cp850": 0, "cp437": 0, "cp866": 0, "cp1252": 1, "cp1251": 1, "cp852": 2, "cp737": 2}
"""Western, Cyrillic, Polish and Greek pages, and how odd each is itself; the first goes first."""
_WORD = re.compile(r"[^\W\d_]+")
# Letters that these pages have and their languages hardly use.
_SEEN = frozenset("¿¡°«»²³½")  # no letters, but people do type them
_RARE = frozenset("þðÞÐıŒœƒªº")


def names_of(entries: Sequence[ZipInfo]) -> list[str]:
    """Return the entries' names, as they were written, in the order of the entries.

    What an entry says itself goes first: the flag, then a Unicode path field that belongs to its
    name. The others are of one program and read in one way: as UTF-8 if all of them are, else in
    the code page in which they look most like words.
    """
    stated = [_told(entry) for entry in entries]
    silent = [_raw(entry) for entry, name in zip(entries, stated, strict=True) if name is None]
    encoding = _encoding_of(set(silent))
    return [
        _raw(entry).decode(encoding) if name is None else name
        for entry, name in zip(entries, stated, strict=True)
    ]


def _told(entry: ZipInfo) -> str | None:
    if entry.flag_bits & _UTF8_FLAG or (entry.orig_filename.isascii() and not entry.extra):
        return entry.orig_filename
    return _unicode_path(entry)


def _raw(entry: ZipInfo) -> bytes:
    # Python reads what has no flag in this page, which has a letter for every byte.
    return entry.orig_filename.encode("cp437")


def _unicode_path(entry: ZipInfo) -> str | None:
    """Read the Unicode path field; None where it is not there, not whole or of another name."""
    at = 0
    while at + 4 <= len(entry.extra):
        kind, size = struct.unpack_from("<HH", entry.extra, at)
        field = entry.extra[at + 4 : at + 4 + size]
        at += 4 + size
        if kind != _UNICODE_PATH or len(field) != size or size < 5 or field[0] != 1:
            continue
        if int.from_bytes(field[1:5], "little") != zlib.crc32(_raw(entry)):
            continue  # some program has renamed the entry and left the field
        try:
            return field[5:].decode()
        except UnicodeDecodeError:
            continue
    return None


def _encoding_of(names: Iterable[bytes]) -> str:
    other = [name for name in names if not name.isascii()]
    if all(_is(name, "utf-8") and _is_usual(name.decode()) for name in other):
        return "utf-8"
    fitting = [page for page in _PAGES if all(_is(name, page) for name in other)]
    decoded = {page: [name.decode(page) for name in other] for page in fitting}
    return min(fitting, key=lambda page: _PAGES[page] + sum(map(_oddness, decoded[page])))


def _is_usual(name: str) -> bool:
    """Return whether a name has only letters in use: four Cyrillic bytes may give one of none."""
    return not any(
        unicodedata.category(letter) in ("Cc", "Cn", "Co") or "\U00020000" <= letter < "\U000e0000"
        for letter in name
    )


def _is(name: bytes, encoding: str) -> bool:
    try:
        name.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _oddness(name: str) -> int:
    """Return how little a name looks like words: 0 is quite like them."""
    odd = 0
    for letter in name:
        if not letter.isascii() and not letter.isalpha() and not unicodedata.combining(letter):
            odd += 2 if letter in _SEEN else 5
    for word in _WORD.findall(name):
        odd += 5 * (len({_script(letter) for letter in word}) - 1)
        for one, next_ in pairwise(word):
            odd += 3 * (one.islower() and next_.isupper())
            if _script(one) == "LATIN":  # accents seldom stand side by side
                odd += not one.isascii() and not next_.isascii()
        odd += sum(3 for letter in word if letter in _RARE)
    return odd


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]
