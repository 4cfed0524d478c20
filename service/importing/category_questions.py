"""Words of a source that are no category of the shop yet, and which they may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.vocabulary import Vocabulary
from service.importing.category_kinds import kind_above
from service.importing.category_looks import Looks, Seen, looks_of
from service.importing.category_words import in_other_words, more_general
from service.importing.surveying import Said

MOST_ASKED = 200
"""New words that a page asks about; a column that is none of categories may bring thousands."""


@dataclass(frozen=True, slots=True)
class Question:
    """A word that is new, and what it may be."""

    word: str
    rows: int
    meant: str | None  # the known category that it may be
    is_likely: bool  # so likely that it is chosen unless somebody says otherwise
    looks: Looks | None  # as far as its pictures were looked at


def new_words(said: Mapping[str, Said], known: Vocabulary) -> dict[str, Said]:
    """Return the words that are no category yet, those of most rows first."""
    new = {word: each for word, each in said.items() if not known.knows(word)}
    return dict(sorted(new.items(), key=lambda item: -item[1].rows))


def questions(new: Mapping[str, Said], known: Vocabulary, seen: Seen) -> Sequence[Question]:
    """Say of new words what they may mean; those that may mean something come first.

    Of two new words that are one, the second may mean the first.
    """
    asked = []
    for word, said in new.items():
        asked.append(_question(word, said, known, seen))
        known.add(word)
    return sorted(asked, key=lambda each: each.meant is None)


def _question(word: str, said: Said, known: Vocabulary, seen: Seen) -> Question:
    looks = looks_of(seen.get(word, ()))
    as_seen = known.meaning(looks.label) if looks is not None and looks.agrees else None
    same = known.same(word) or in_other_words(word, known)
    if same is not None:
        return Question(word, said.rows, same, True, looks)
    above = kind_above(word, known)
    if above is not None:  # unless its pictures speak for another kind
        return Question(word, said.rows, above, as_seen in (None, above), looks)
    maybe = more_general(word, known) or known.near(word)
    if maybe is not None:
        return Question(word, said.rows, maybe, maybe == as_seen, looks)
    return Question(word, said.rows, as_seen, False, looks)
