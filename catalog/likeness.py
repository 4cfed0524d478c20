"""Which of many words another one is but for a plural, or nearly is; a word costs few compares."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

_PLURALS = {"s": ("",), "es": ("",), "ies": ("y",), "ves": ("f", "fe")}
_FURTHEST = 2  # letters that one of two alike words may be longer, or may have and the other not
_MOST_TRIED = 100  # words of one length and the same letters: thousands of these are numbers

_Forms: TypeAlias = dict[int, list[tuple[int, int, str]]]
"""By length: the letters of each word's form, the word's place, and the form."""


class KnownSpellings:
    """Folded words, of which those that are like another are found without comparing them all.

    Words are kept by what they may be the plural of, and by their length with the letters that they
    have: a file may say thousands of them, and each is asked about.
    """

    def __init__(self) -> None:
        """Know none."""
        self._words: list[str] = []
        self._known = 0  # of these, how many the tables below have: most callers never ask
        self._singulars: dict[str, list[int]] = {}  # by singular, the first two that it may be of
        self._forms: dict[Callable[[str], str], _Forms] = {_bare: {}, _plain: {}}

    def add(self, folded: str) -> None:
        """Know one more word."""
        self._words.append(folded)

    def same(self, folded: str) -> str | None:
        """Return the first other word that one is but for a plural or signs; None without one."""
        self._catch_up()
        found = (at for each in _singulars(folded) for at in self._singulars.get(each, ()))
        first = min((at for at in found if self._words[at] != folded), default=None)
        return None if first is None else self._words[first]

    def near(self, folded: str) -> str | None:
        """Return the first other word that one nearly is; None where there is none."""
        self._catch_up()
        # As they are, too: an "s" that is a slip of the hand is no ending of a plural.
        found = [
            at
            for shorten, forms in self._forms.items()
            for at in self._alike(shorten(folded), forms, folded)
        ]
        return self._words[min(found)] if found else None

    def _alike(self, form: str, forms: _Forms, folded: str) -> Iterator[int]:
        """Give for each length the first word, but for itself, whose form is like another."""
        letters = _letters(form)
        for length in range(len(form) - _FURTHEST, len(form) + _FURTHEST + 1):
            candidates = (
                (at, other)
                for others, at, other in forms.get(length, ())
                if (letters ^ others).bit_count() <= _FURTHEST and self._words[at] != folded
            )
            for at, other in islice(candidates, _MOST_TRIED):
                if _are_alike(form, other):
                    yield at
                    break

    def _catch_up(self) -> None:
        for at in range(self._known, len(self._words)):
            word = self._words[at]
            for each in _singulars(word):
                places = self._singulars.setdefault(each, [])
                if len(places) < 2:  # of which one may be the word that is asked about
                    places.append(at)
            for shorten, forms in self._forms.items():
                form = shorten(word)
                forms.setdefault(len(form), []).append((_letters(form), at, form))
        self._known = len(self._words)


def _letters(form: str) -> int:
    """Return a bit for each letter that a word has; some letters share one."""
    bits = 0
    for letter in form:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _singulars(folded: str) -> set[str]:
    """Return a word without signs, and what it may be the plural of."""
    plain = _plain(folded)
    found = {plain}
    for ending, others in _PLURALS.items():
        stem = plain.removesuffix(ending)
        if stem != plain and len(stem) >= 3 and not plain.endswith("ss"):
            found |= {stem + other for other in others}
    return found


def _bare(folded: str) -> str:
    """Return a word without signs and the ending of a plural."""
    bare = _plain(folded)
    for ending in ("es", "s"):
        if len(bare) - len(ending) >= 3 and bare.endswith(ending):
            return bare[: -len(ending)]
    return bare


def _plain(folded: str) -> str:
    return re.sub(r"[\W_]", "", folded)


def _are_alike(one: str, other: str) -> bool:
    if one == other or one + "e" == other or other + "e" == one:  # shoe(s), dress(es)
        return True
    short = min(len(one), len(other))
    if short < 3 or abs(len(one) - len(other)) > 2:
        return False
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    # Up to the first letter that differs they are one.
    at = next((at for at, letter in enumerate(shorter) if letter != longer[at]), short)
    if len(longer) == short:
        if one[at + 1 :] == other[at + 1 :]:
            return short >= 4
        swapped = one[at + 1] + one[at]
        return swapped == other[at : at + 2] and one[at + 2 :] == other[at + 2 :]
    if short < 4:
        return False
    if len(longer) == short + 1:
        return longer[at + 1 :] == shorter[at:]
    rest = iter(longer)
    return short >= 8 and all(letter in rest for letter in shorter)  # two letters more
