"""What somebody has said of a file's words for categories: `Watches=Watch`, remembered for good."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from catalog import vocabulary
from catalog.errors import BadRow, BadSource
from catalog.words import fold
from service.access.actor import Actor
from service.access.log import record
from service.stock.changing import category_of
from service.wiring import Services


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
        for word, category in _new(answers, session):
            vocabulary.learn(session, word, category)
            record(session, by, "category.map", word, f"stands for {category}")


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
