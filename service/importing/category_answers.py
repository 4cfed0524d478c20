"""What somebody has said of a file's words for categories: `Watches=Watch`, remembered for good."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from catalog import vocabulary
from catalog.errors import BadRow, BadSource
from catalog.words import fold
from service.access.actor import Actor
from service.access.log import record
from service.stock.changing import category_of
from service.stock.meanings import begin_meaning, finish_meaning
from service.stock.patience import MOST_AT_ONCE
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

    Then the products that are called so still follow, also those of an answer that was cut off.

    Raises:
        BadSource: a category stands for another one already, or others stand for a word.
    """
    with services.database.writing() as session:
        follow = learn_within(session, answers, by=by)
        said = {fold(word) for word in vocabulary.said_counts(session)}
    cut_off = {word: None for word in answers if fold(word) in said}
    for word, number in {**cut_off, **follow}.items():
        finish_meaning(word, number=number, by=by, services=services)


def learn_within(session: Session, answers: Mapping[str, str], *, by: Actor) -> dict[str, int]:
    """Remember it in a transaction beside other things; give what is still to be finished.

    A word that products are called by is a change that can be undone, as where staff make a
    category the same as another. Of the products as many follow at once as somebody waits for; the
    words by which others are called still are returned with the numbers of their changes.

    Raises:
        BadSource: a category stands for another one already, or others stand for a word.
    """
    follow: dict[str, int] = {}
    left = MOST_AT_ONCE
    said = {fold(word) for word in vocabulary.said_counts(session)}
    for word, category in _new(answers, session):
        if fold(word) not in said:
            vocabulary.keep_meaning(session, word, category)
            record(session, by, "category.map", word, f"stands for {category}")
            continue
        begun = begin_meaning(session, [word], category, by=by, most=max(1, left))
        left -= begun.moved
        if begun.ids and begun.number is not None:
            follow[word] = begun.number
    return follow


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
