"""What a name is: two that a person cannot tell apart are one.

SKUs, categories, file names and folders come from keyboards, spreadsheets, Macs and web pages. The
same letters are stored composed or decomposed (Unicode Standard Annex 15), with a space that does
not break, or with characters that no screen shows (Unicode: default ignorable code points).
"""

import re
import unicodedata
from collections.abc import Iterable

# What is refused and never cleaned away: C0 and C1 controls, line and paragraph separators, and
# what turns the direction of writing, which could show a name as another.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNDECODED = re.compile("[\ud800-\udfff]")
OTHER_ENCODING = (
    "save the file as 'CSV UTF-8', or say which encoding it has, such as --encoding cp1252"
)
# Fillers that are letters to Unicode and yet blank, and marks that only choose a drawing.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS = "\u200c\u200d"
_HYPHENS = {0x2010: "-", 0x2011: "-"}  # drawn as the common one
_SPACES = re.compile(r"[^\S\x1c-\x1f\x85\u2028\u2029\t-\r]+")  # every space of one line


def clean(name: str) -> str:
    """Write a name in one way: composed, with common spaces, without what no screen shows.

    Case stays, as does a joiner within words of other alphabets, where it changes what is drawn.
    What `fault_of` refuses stays too.
    """
    if name.isascii():
        return _SPACES.sub(" ", name).strip()
    shown = "".join(
        letter for at, letter in enumerate(name) if _is_shown(letter) or _joins(name, at)
    )
    composed = unicodedata.normalize("NFC", shown.translate(_HYPHENS))
    return _SPACES.sub(" ", composed).strip()


def key(name: str) -> str:
    """Return what all names share that a person takes for the same, in whatever case.

    For comparing and looking up, never for showing.
    """
    text = clean(name)
    if text.isascii():
        return text.lower()
    bare = _VARIANT.sub("", "".join(letter for letter in text if letter not in _JOINERS))
    # A folded letter may come apart: U+0130 folds to two.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", bare).casefold())


def fault_of(what: str, text: str, longest: int) -> str | None:
    """Return why a name cannot be taken, naming it `what`; None where it can."""
    if _UNDECODED.search(text):
        return f"the {what} is not UTF-8: {OTHER_ENCODING}"
    found = _CONTROL.search(text)
    if found:
        return f"the {what} has a control character (U+{ord(found[0]):04X})"
    if len(text) > longest:
        return f"the {what} has at most {longest} characters, this one has {len(text)}"
    return None


def fitting(name: str, among: Iterable[str]) -> list[str]:
    """Return those of `among` that are `name`: itself if it is there, or all with its key."""
    wanted = key(name)
    found = []
    for other in among:
        if other == name:
            return [other]
        if key(other) == wanted:
            found.append(other)
    return found


def _is_shown(letter: str) -> bool:
    """Return whether a letter counts: it is drawn, or is refused later and must not be hidden."""
    if letter in _BLANK:
        return False
    return unicodedata.category(letter) != "Cf" or _CONTROL.match(letter) is not None


def _joins(name: str, at: int) -> bool:
    """Return whether a joiner stands between letters that it joins: never beside an ASCII one."""
    return (
        name[at] in _JOINERS
        and 0 < at < len(name) - 1
        and not name[at - 1].isascii()
        and not name[at + 1].isascii()
    )


def printable(name: str) -> str:
    """Show a file's name whatever its bytes are; names that differ are shown otherwise."""
    return name.encode("utf-8", "backslashreplace").decode()


def legible(text: str) -> str:
    """Show a text of which bytes may be undecoded: U+FFFD stands for each of them.

    Nothing else may go where UTF-8 is written: a page, an answer, a log, a row of the catalogue.
    """
    return text if text.isascii() else _UNDECODED.sub("\ufffd", text)
