"""A shop's categories, and how one of them is made the same as another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import vocabulary
from catalog.vocabulary import Vocabulary
from catalog.words import fold
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadRequestValue
from service.importing.category_words import in_other_words, more_general
from service.stock.meanings import begin_meaning
from service.wiring import Services

_MOST_COMPARED = 1_000  # categories of which slips of a letter are looked for: a page waits for it


@dataclass(frozen=True, slots=True)
class ShopCategory:
    """A category, with its products and the words that stand for it."""

    category: str
    said: int  # products that people and files call so
    by_model: int  # products that the model does
    words: tuple[str, ...]
    is_models: bool  # the model names products so, and would again
    maybe: str | None  # another that it seems to be


def shop_categories(*, services: Services) -> list[ShopCategory]:
    """List every category that a product has or a word stands for; those to be asked about first.

    What the model could say and has not is left out.
    """
    labels = services.model.labels
    every = {each.category: each.products for each in services.categories.current()}
    with services.database.reading() as session:
        said = vocabulary.said_counts(session)
        meanings = vocabulary.meanings(session)
    words: dict[str, list[str]] = {}
    for each in meanings:
        if fold(each.word) != fold(each.category):
            words.setdefault(each.category, []).append(each.word)
    is_meant = {fold(each.word) for each in meanings}
    names = dict.fromkeys([*every, *said, *words])
    models = {fold(label) for label in labels}
    every_name = Vocabulary((*labels, *names))
    is_quick = len(names) > _MOST_COMPARED
    found = [
        ShopCategory(
            name,
            said.get(name, 0),
            max(0, every.get(name, 0) - said.get(name, 0)),
            tuple(words.get(name, ())),
            fold(name) in models,
            None
            if fold(name) in models | is_meant
            else _maybe(name, every_name, is_quick=is_quick),
        )
        for name in names
    ]
    return sorted(found, key=_place)


def _place(each: ShopCategory) -> tuple[bool, bool, str]:
    """Put what may be moved first, and of that what should be."""
    return each.maybe is None, each.is_models, fold(each.category)


def choices(*, services: Services) -> list[str]:
    """Return every category that another may be made the same as."""
    with services.database.reading() as session:
        return sorted(Vocabulary.of(session, services.model.labels).categories, key=fold)


@dataclass(frozen=True, slots=True)
class Joined:
    """What was begun: `ids` are products that are still to follow, as part of the same change."""

    category: str
    number: int | None  # of the change; None where nothing was to be changed
    ids: Sequence[int]


Follow: TypeAlias = Callable[[Session, Joined], None]
"""Told what was begun, in its transaction, sees to the products that are still to follow."""


def begin_join(
    word: str, category: str, *, by: Actor, services: Services, follow: Follow
) -> Joined:
    """Let a category of the shop's be a word for another one, with its first product.

    The others `follow` by the number of the change: a kill leaves all of it, or nothing. From now
    on imports and labels take the word for that category, and so they do with words that stood for
    it. The undo of the first product takes that back.

    Raises:
        BadRequestValue: it is no category, the same one, or one that the model names.
    """
    labels = services.model.labels
    with services.database.writing() as session:
        known = Vocabulary.of(session, labels)
        into = known.meaning(category)
        fault = _why_not(word, category, known, labels)
        if fault is not None:
            raise BadRequestValue(fault, {"word": [fault]})
        meant = [e.word for e in vocabulary.meanings(session) if fold(e.category) == fold(word)]
        moved = dict.fromkeys([word, *(each for each in meant if fold(each) != fold(word))])
        first = begin_meaning(session, list(moved), into, by=by, most=1)
        begun = Joined(into, first.number, first.ids)
        follow(session, begun)
    return begun


def forget_word(word: str, *, by: Actor, services: Services) -> bool:
    """Let a word stand for itself again; say whether it stood for something."""
    with services.database.writing() as session:
        if not vocabulary.forget(session, word):
            return False
        record(session, by, "category.unmap", word)
        return True


def _why_not(word: str, category: str, known: Vocabulary, labels: Sequence[str]) -> str | None:
    if not known.knows(word):
        return f"no category is called '{word[:64]}'"
    if not known.knows(category):
        return f"no category is called '{category[:64]}'"
    if fold(word) in map(fold, labels):
        return (
            f"the model itself names products '{word[:64]}', and would again: say in Stock what "
            "those are that it names wrongly"
        )
    if fold(known.meaning(category)) == fold(word):
        return f"'{category[:64]}' is '{word[:64]}' already"
    return None


def _maybe(name: str, every: Vocabulary, *, is_quick: bool) -> str | None:
    """Return the other category that one seems to be, as a file's word would be asked about."""
    found = every.another_same(name) or in_other_words(name, every, is_known=True)
    found = found or more_general(name, every)
    return found or (None if is_quick else every.another_near(name))
