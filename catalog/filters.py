"""What a shopper narrows a search or a listing to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from catalog.errors import BadFilter
from catalog.facts import FILTERS
from catalog.words import fold

LONGEST_TEXT = 200  # characters: a title has no more
HIGHEST_PRICE_CENTS = 2**63 - 1  # what a column can hold

FactValues: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Names of facts, each with folded values, one of which a product must have."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; None asks nothing. Prices are inclusive."""

    category: str | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    in_stock: bool = False  # True: only what can be bought now
    text: str | None = None  # words that must all be in the title, or be the SKU or begin it
    colours: tuple[str, ...] = ()  # of one of these; empty asks nothing
    below: tuple[str, ...] = ()  # categories that count as `category`, too
    facts: FactValues = ()  # see `wanted_facts`

    def __post_init__(self) -> None:
        """Refuse what no product can have.

        Raises:
            BadFilter: a price is below zero or beyond all columns, the lowest is above the
                highest, or a text is too long or no Unicode text.
        """
        low, high = self.min_price_cents, self.max_price_cents
        for price in (low, high):
            if price is not None and not 0 <= price <= HIGHEST_PRICE_CENTS:
                raise BadFilter(f"a price is 0 to {HIGHEST_PRICE_CENTS} cents, got {price}")
        if low is not None and high is not None and low > high:
            raise BadFilter(f"the lowest price ({low} cents) is above the highest ({high} cents)")
        said = [value for _, values in self.facts for value in values]
        for text in (self.category, self.text, *self.colours, *self.below, *said):
            if text is not None and len(text) > LONGEST_TEXT:
                raise BadFilter(f"a text has at most {LONGEST_TEXT} characters, got {len(text)}")
            if text is not None and not is_text(text):
                raise BadFilter("a text is whole Unicode characters; these have no meaning alone")

    @property
    def narrow(self) -> bool:
        """Whether any condition is set."""
        return self != Filters()


def wanted_facts(asked: Mapping[str, Sequence[str]]) -> FactValues:
    """Return what is asked of facts, by their names, in one form however it was written."""
    return tuple(
        (fact.name, tuple(sorted({fold(value) for value in asked[fact.name]})))
        for fact in FILTERS
        if asked.get(fact.name)
    )


def is_text(value: str) -> bool:
    """Return whether a string can be stored: half a surrogate pair cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
