"""Words of the shop that stand for a category: the products called so follow, and can be undone.

The word and its first products are one transaction. Thousands of others follow, some at a time, so
that nobody who writes waits long; cut off between two, what is still called by the word follows
when the same is said again, or its job goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import vocabulary
from catalog.errors import BadRow
from catalog.models import CategoryWord
from catalog.stock_list import skus_of
from catalog.words import fold
from service.access.actor import Actor
from service.access.log import record
from service.stock.changing import category_of
from service.stock.patience import MOST_AT_ONCE
from service.stock.undoable import OtherRow, undoable
from service.wiring import Services

_SOME = 100  # in each transaction after that


@dataclass(frozen=True, slots=True)
class Begun:
    """A word that stands for a category now, and what is still to follow it."""

    word: str
    number: int | None  # of the change; None where nothing was to be changed
    ids: Sequence[int]  # products that are called by the word still
    moved: int  # products that are not any more


@dataclass(frozen=True, slots=True)
class Mapped:
    """What came of a word that was given a meaning."""

    products: int  # that were called by it
    number: int | None  # of the change


def renaming_name(word: str, category: str) -> str:
    """Return what the change is called that makes a word the same as a category."""
    return f"{word} is the same as {category}"


def begin_meaning(
    session: Session, words: Sequence[str], category: str, *, by: Actor, most: int = MOST_AT_ONCE
) -> Begun:
    """Let words stand for a category, and move the first products that are called by the first.

    The words go with the first product: its undo takes their meaning back. Of the others, at most
    so many follow in this transaction.
    """
    word = words[0]
    name = renaming_name(word, category)
    ids = vocabulary.called(session, word, category)
    first, others = ids[:1], ids[1:most]
    rows = [OtherRow(CategoryWord.__tablename__, (fold(each),)) for each in words]
    skus = skus_of(session, first)
    with undoable(session, skus, by=by, name=name, together=True, rows=rows) as kept:
        for each in words:
            vocabulary.keep_meaning(session, each, category)
        vocabulary.rename(session, first, word, category)
    _move(session, others, word, category, kept.number, by)
    told = "" if kept.number is None else f" (change {kept.number})"
    for each in words:
        record(session, by, "category.map", each, f"stands for {category}{told}")
    return Begun(word, kept.number, ids[len(first) + len(others) :], len(first) + len(others))


def _keep_nothing(_session: Session) -> None:
    """Leave it to who says it again."""


def finish_meaning(
    word: str,
    *,
    number: int | None,
    by: Actor,
    services: Services,
    keep: Callable[[Session], None] = _keep_nothing,
) -> int:
    """Let the products follow that are called by a word still; return how many did.

    They are part of the change `number`; `keep` is told of each transaction. Where somebody has
    undone it meanwhile, the others stay.
    """
    moved = 0
    with services.database.reading() as session:
        means = vocabulary.meant_by(session, word)
        ids = [] if means is None else vocabulary.called(session, word, means)
    for at in range(0, len(ids), _SOME):
        some = ids[at : at + _SOME]
        with services.database.writing() as session:
            means = vocabulary.meant_by(session, word)
            if means is None:
                break
            number, changed = _move(session, some, word, means, number, by)
            keep(session)
        moved += changed
    return moved


def map_category(word: str, category: str, *, by: Actor, services: Services) -> Mapped:
    """Let a word of the shop stand for a category, in imports and labels, from now on.

    The products that are called by the word are of that category then, as a change that can be
    undone. A word that stands for itself is no longer asked about.

    Raises:
        BadRow: one of them is empty or too long, or cannot be written; or the category stands for
            another one, or others for the word, so that two words would take turns.
    """
    word, category = category_of(word), category_of(category)
    with services.database.writing() as session:
        if fault := vocabulary.why_not(session, word, category):
            raise BadRow(fault)
        begun = begin_meaning(session, [word], category, by=by)
    moved = begun.moved
    if begun.ids:
        moved += finish_meaning(word, number=begun.number, by=by, services=services)
    return Mapped(moved, begun.number)


def unmap_category(word: str, *, services: Services) -> bool:
    """Let a word stand for nothing but itself again; return whether it stood for something."""
    with services.database.writing() as session:
        return vocabulary.forget(session, word)


def _move(
    session: Session, ids: Sequence[int], word: str, category: str, number: int | None, by: Actor
) -> tuple[int | None, int]:
    """Call products otherwise as part of a change; return its number and how many differ."""
    if not ids:
        return number, 0
    name = renaming_name(word, category)
    with undoable(session, skus_of(session, ids), by=by, name=name, number=number) as kept:
        moved = vocabulary.rename(session, ids, word, category)
    return kept.number, moved
