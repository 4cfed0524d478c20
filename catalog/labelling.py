"""Whose word on a category counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Speaker(StrEnum):
    """Who says that a product is of a category."""

    FILE = "file"  # counts where no person has spoken: a file is often older than a label
    PERSON = "person"  # takes the place of what a person said before
    MODEL = "model"  # no word at all, only what an export says again


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of a product's category."""

    category: str
    speaker: Speaker = Speaker.FILE
    # The mark of the word that a person had before them (see `mark_of`); a person who knows of
    # no later one does not take it back. None: whatever was said.
    known_mark: str | None = None


class Labelled(Protocol):
    """A product as far as its category goes."""

    @property
    def human_category(self) -> str | None:
        """What a person said; None: the model decides."""
        ...

    @property
    def labelled_at(self) -> datetime | None:
        """When a person decided so, also that the model decides; None: nobody has."""
        ...

    @property
    def labelled_by(self) -> str | None:
        """Whose word it is, as a `Speaker`; None where that was not written down."""
        ...

    @property
    def model_category(self) -> str | None:
        """What the promoted model says."""
        ...


def mark_of(labelled_at: datetime | None) -> str:
    """Return what tells a decision of a person from every other, as a text for a file."""
    if labelled_at is None:
        return ""
    return labelled_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_files(human_category: str | None, labelled_by: str | None) -> bool:
    """Return whether a category is only a file's: its supplier's word, and no person's of the shop.

    Words of which nobody knows whose they are count as a person's, so that none is overruled.
    """
    return human_category is not None and labelled_by == Speaker.FILE


def objection(word: Word, product: Labelled) -> str | None:
    """Return why a word does not count; None where it does, or changes nothing."""
    held = product.human_category
    if word.category == held:
        return None
    if word.speaker is Speaker.MODEL:
        if held is None and word.category == product.model_category:
            return None
        return (
            f"the category '{word.category}' is not taken, for decided_by says that a model "
            "decided: write human there"
        )
    if product.labelled_at is None and held is None:
        return None
    if word.speaker is Speaker.PERSON:
        if word.known_mark in (None, mark_of(product.labelled_at)):
            return None
        since = "since decided_at "
    else:
        since = ""
    said = "to leave it to the model" if held is None else f"'{held}'"
    who = "a file" if is_files(held, product.labelled_by) else "a person"
    return (
        f"the category '{word.category}' is not taken, for {who} {since}said {said}: "
        "--as-person takes it"
    )
