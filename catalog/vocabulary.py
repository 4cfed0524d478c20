"""A shop's words for categories: which mean the same, and which are so near that one may err."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from catalog import changes
from catalog.dialect.lists import listed
from catalog.likeness import KnownSpellings
from catalog.models import CategoryWord, Product
from catalog.words import fold


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of the shop stands for."""

    word: str
    category: str


class Vocabulary:
    """The categories that are known, and the words that mean one of them."""

    def __init__(self, labels: Iterable[str] = (), meanings: Iterable[Meaning] = ()) -> None:
        """Know a model's labels, and what a shop has said of its words."""
        self._meant = {fold(each.word): each.category for each in meanings}
        self._known: dict[str, str] = {}  # by folded spelling
        self._spellings = KnownSpellings()
        for category in (*labels, *self._meant.values()):
            self.add(category)

    @classmethod
    def of(
        cls, session: Session, labels: Iterable[str], more: Iterable[Meaning] = ()
    ) -> "Vocabulary":
        """Know what the catalogue knows, and more; the spelling of most products counts."""
        found = cls(labels, (*meanings(session), *more))
        said = (
            select(Product.human_category)
            .where(Product.human_category.is_not(None))
            .group_by(Product.human_category)
            .order_by(func.count().desc(), func.min(Product.id))
        )
        for category in session.scalars(said):
            found.add(str(category))
        return found

    def add(self, category: str) -> None:
        """Know one more category."""
        folded = fold(category)
        if folded not in self._known:
            self._known[folded] = category
            self._spellings.add(folded)

    def meaning(self, word: str) -> str:
        """Return the category that a word stands for, as it is written; else the word itself."""
        folded = fold(word)
        return self._meant.get(folded) or self._known.get(folded) or word

    def knows(self, word: str) -> bool:
        """Say whether a word is a category, or stands for one."""
        folded = fold(word)
        return folded in self._known or folded in self._meant

    @property
    def categories(self) -> list[str]:
        """Every category that is known."""
        return list(self._known.values())

    def same(self, word: str) -> str | None:
        """Return the known category that an unknown word is but for a plural or signs, if any."""
        return None if self.knows(word) else self.another_same(word)

    def near(self, word: str, branches: Iterable[str] = ()) -> str | None:
        """Return the known category that an unknown word nearly is; None where there is none.

        `branches` of a tree are no categories yet, but may be what was meant.
        """
        if self.knows(word):
            return None
        return self.another_near(word) or (Vocabulary(branches).near(word) if branches else None)

    def another_same(self, word: str) -> str | None:
        """Return the category beside itself that a word, known or not, is but for a plural."""
        found = self._spellings.same(fold(word))
        return None if found is None else self._known[found]

    def another_near(self, word: str) -> str | None:
        """Return the category beside itself that a word, known or not, nearly is."""
        same = self.another_same(word)
        if same is not None:  # before another that one letter tells apart
            return same
        found = self._spellings.near(fold(word))
        return None if found is None else self._known[found]


def meanings(session: Session) -> Sequence[Meaning]:
    """List what the shop has said of its words, by word."""
    query = select(CategoryWord.word, CategoryWord.category).order_by(CategoryWord.word)
    return [Meaning(word, category) for word, category in session.execute(query)]


def meant_by(session: Session, word: str) -> str | None:
    """Return the category that a word stands for; None where it stands for itself."""
    query = select(CategoryWord.category).where(CategoryWord.folded == fold(word))
    return session.scalar(query)


def why_not(session: Session, word: str, category: str) -> str | None:
    """Return why a word cannot stand for a category: none stands for one that stands for another.

    None where it can.
    """
    known = meanings(session)
    if fold(word) == fold(category):
        return None
    for each in known:
        stands_for_itself = fold(each.word) == fold(each.category)
        if fold(each.word) == fold(category) and not stands_for_itself:
            return f"'{category}' stands for '{each.category}' itself: name that"
        if fold(each.category) == fold(word) and not stands_for_itself:
            return f"'{each.word}' stands for '{word}': unmap that first"
    return None


def rename(session: Session, ids: Sequence[int], word: str, category: str) -> int:
    """Call those of these products otherwise that are called by a word; give how many differ.

    Whose word it is and since when stays: nobody has said anything of these products.
    """
    query = select(Product.id, Product.human_category).where(
        Product.id.in_(listed(ids)), Product.human_category.is_not(None)
    )
    folded = fold(word)
    renamed = [
        id_
        for id_, said in session.execute(query)
        if said != category and fold(str(said)) == folded
    ]
    for id_ in renamed:
        session.execute(update(Product).where(Product.id == id_).values(human_category=category))
    if renamed:
        changes.append_products(session, renamed)
    return len(renamed)


def keep_meaning(session: Session, word: str, category: str) -> None:
    """Keep what a word stands for; products stay what they are."""
    forget(session, word)
    session.add(CategoryWord(folded=fold(word), word=word, category=category))
    session.flush()


def called(session: Session, word: str, other_than: str | None = None) -> list[int]:
    """Return the ids of the products that somebody has called by a word, ascending.

    Those that are called just so already are left out.
    """
    return sorted(id_ for id_, said in _called(session, word) if said != other_than)


def said_counts(session: Session) -> dict[str, int]:
    """Count the products that somebody has called by each word."""
    said = Product.human_category
    query = select(said, func.count()).where(said.is_not(None)).group_by(said)
    return {str(word): number for word, number in session.execute(query)}


def _called(session: Session, word: str) -> list[tuple[int, str]]:
    said = select(Product.human_category).where(Product.human_category.is_not(None)).distinct()
    spelled = [each for each in session.scalars(said) if fold(str(each)) == fold(word)]
    query = select(Product.id, Product.human_category).where(Product.human_category.in_(spelled))
    return [(id_, str(category)) for id_, category in session.execute(query)]


def forget(session: Session, word: str) -> bool:
    """Forget what a word stands for; say whether it was known. Products stay what they are."""
    found = session.execute(delete(CategoryWord).where(CategoryWord.folded == fold(word)))
    return bool(found.rowcount)  # type: ignore[attr-defined]
