"""Folds words so that they are found however they are written: case, accents, composition.

A shopper who types `ete` or `ÉTÉ` means what a title calls `été`, composed or not; `STRASSE` is
`Straße`, and a Greek word ends in either sigma. Marks that make another letter of one stay: those
of Japanese, Thai or Hindi, and the breve of the Cyrillic `й`.
"""

import unicodedata

# Letters that are one with their stroke or ligature to Unicode, and not to who types them.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",  # the dotless one of Turkish
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
    }
)
_BREVE, _WITH_BREVE = "\u0306", "иу"


def fold(text: str) -> str:
    """Return the one form of all writings of a text; folding it again changes nothing."""
    if text.isascii():
        return text.lower()
    while (folded := _fold(text)) != text:  # a letter that comes apart may hold one that does
        text = folded
    return text


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    kept = []
    base = ""
    for letter in apart:
        if _is_mark(letter):
            if letter != _BREVE or base not in _WITH_BREVE or not base:
                continue
        elif unicodedata.category(letter) == "Cf":  # joiners and marks that no screen shows
            continue
        else:
            base = letter
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept)).casefold()


def _is_mark(letter: str) -> bool:
    """Return whether a letter is an accent, or a vowel point of Hebrew or Arabic."""
    return (
        "\u0300" <= letter <= "\u036f"
        or "\u0591" <= letter <= "\u05c7"
        or "\u064b" <= letter <= "\u065f"
        or letter == "\u0670"
    )
