"""What somebody has said of a file's words for categories: `Watches=Watch`, remembered for good."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from catalog import vocabulary
from catalog.errors import BadRow, BadSource
from catalog.models import CategoryWord
from catalog.stock_list import skus_of
from catalog.words import fold
from service.access.actor import Actor
from service.access.log import record
from service.stock.changing import category_of
from service.stock.undoable import OtherRow, undoable
from service.wiring import Services

_AT_ONCE = 1_000  # products whose state is held in memory


def answers_of(said: Iterable[str]) -> dict[str, str]:
    """Read `Word=Category`; a word that is its own category is no longer asked about.

    What an answer leads to may itself be a word of another answer: then it is what that leads to.

    Raises:
        BadSource: one is not of that form, or breaks the rules of categories.
    """
    answers: dict[str, str] = {}
    for each in said:
        word, sign, category = each.rpartition("=")
        if not sign:
            raise BadSource(f"a category is said as 'Word=Category', got '{each[:100]}'")
        try:
            answers[category_of(word)] = category_of(category)
        except BadRow as error:
            raise BadSource(f"'{each[:100]}': {error}") from error
    by_word = {fold(word): category for word, category in answers.items()}
    return {word: _end_of(category, by_word) for word, category in answers.items()}


def learn_answers(answers: Mapping[str, str], *, services: Services, by: Actor) -> None:
    """Remember what words mean, in imports and labels from now on; all of it, or nothing.

    Raises:
        BadSource: a category stands for another one already, or others stand for a word.
    """
    with services.database.writing() as session:
        learn_within(session, answers, by=by)


def learn_within(session: Session, answers: Mapping[str, str], *, by: Actor) -> None:
    """Remember it in a transaction beside other things.

    A word that products are called by is a change that can be undone, as where staff make a
    category the same as another: the word goes with its first product.

    Raises:
        BadSource: a category stands for another one already, or others stand for a word.
    """
    for word, category in _new(answers, session):
        record(session, by, "category.map", word, f"stands for {category}")
        ids = vocabulary.called(session, word)
        if not ids:
            vocabulary.keep_meaning(session, word, category)
            continue
        name = f"{word} is the same as {category}"
        rows = [OtherRow(CategoryWord.__tablename__, (fold(word),))]
        first, others = ids[:1], ids[1:]
        with undoable(
            session, skus_of(session, first), by=by, name=name, together=True, rows=rows
        ) as kept:
            vocabulary.keep_meaning(session, word, category)
            vocabulary.rename(session, first, word, category)
        for at in range(0, len(others), _AT_ONCE):
            some = others[at : at + _AT_ONCE]
            skus = skus_of(session, some)
            with undoable(session, skus, by=by, name=name, number=kept.number):
                vocabulary.rename(session, some, word, category)


def check_answers(answers: Mapping[str, str], *, services: Services) -> None:
    """Say whether they could be learned, and learn nothing.

    Raises:
        BadSource: a category stands for another one already, or others stand for a word.
    """
    if services.settings.database.exists():  # opening it would make it
        with services.database.reading() as session:
            for _ in _new(answers, session):
                pass


def _new(answers: Mapping[str, str], session: Session) -> Iterator[tuple[str, str]]:
    known = {fold(each.word): each.category for each in vocabulary.meanings(session)}
    for word, category in answers.items():
        if known.get(fold(word)) == category:
            continue
        if fault := vocabulary.why_not(session, word, category):
            raise BadSource(fault)
        yield word, category


def _end_of(category: str, by_word: Mapping[str, str]) -> str:
    """Follow answers to the last; a circle ends where it began."""
    seen: set[str] = set()
    while (folded := fold(category)) in by_word and folded not in seen:
        seen.add(folded)
        category = by_word[folded]
    return category
