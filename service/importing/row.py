"""One product as a source tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.labelling import Word
from catalog.stored import ProductFacts
from service.importing.report import RowError


@dataclass(frozen=True, slots=True)
class Row:
    """What a source says of one product, the pictures' names there, and what is wrong with it."""

    line: int
    sku: str  # empty only where it is at fault
    facts: ProductFacts
    photos: tuple[str, ...]  # none: those that the catalogue has stay
    new_facts: ProductFacts = field(default_factory=ProductFacts)  # of a product not known yet
    word: Word | None = None  # on its category
    faults: Mapping[str, str] = field(default_factory=dict)  # by column
    notes: tuple[str, ...] = ()  # to be told if it goes in
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)  # as they came
    same_photos: bool = False  # its name may come again for another thing: replace no picture
    number: int = field(default=0, compare=False)  # see `service.importing.course`

    def error(self, *more: str) -> RowError:
        """Return all that is wrong with it, and `more`."""
        reasons = dict.fromkeys((*self.faults.values(), *more))
        return RowError(self.line, self.sku, "; ".join(reasons), self.cells)
