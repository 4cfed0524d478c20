"""What a batch says of products, as rows hold it, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from catalog.facts import NAMES, FactValue
from catalog.labelling import Word

_KNOWN = frozenset(NAMES)


@dataclass(frozen=True, slots=True)
class StoredReading:
    """What a model read in a photo, as a row holds it."""

    fingerprint: str  # of that model: another's readings do not count
    label: str
    confidence: float
    probabilities: bytes
    embedding: bytes
    colour: str | None = None  # None: the model tells none
    colour_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """A photo of a product: put into the store and read, or there already by its source.

    Without `photo_digest` and `reading` it is the photo that the product already has from a file
    of this `source_digest`, which spares decoding and reading it.
    """

    source_digest: str  # SHA-256 of the file's bytes
    photo_digest: str | None = None  # what the store gave for it
    reading: StoredReading | None = None  # by the model that answers now
    perceptual_hash: bytes | None = None  # None: it will be worked out when it is wanted


ProductFacts: TypeAlias = dict[str, FactValue]
"""Facts of a product by their names in `catalog.facts`; those left out are not spoken of."""


@dataclass(frozen=True, slots=True)
class FormerSelf:
    """What a product was that comes back: nothing that speaks of it is to be of another."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """What is said of one product; what is not said stays as it is.

    A product that is not known yet needs a title, and photos that may be none: a record without
    them speaks of a product that is there.
    """

    sku: str
    facts: ProductFacts = field(default_factory=ProductFacts)
    new_facts: ProductFacts = field(default_factory=ProductFacts)  # only of a product not known
    word: Word | None = None  # on its category
    photos: tuple[PhotoRecord, ...] | None = None  # all of them in order; None: as they are
    same_photos: bool = False  # they replace no other photo of a known product
    former: FormerSelf | None = None  # of a product that was withdrawn and comes back

    def __post_init__(self) -> None:
        """Refuse facts that no product has. Raises: ValueError."""
        for facts in (self.facts, self.new_facts):
            if not facts.keys() <= _KNOWN:
                unknown = sorted(facts.keys() - _KNOWN)
                raise ValueError(f"the facts are {', '.join(NAMES)}; got {', '.join(unknown)}")


@dataclass(slots=True)
class Written:
    """What a batch did, by SKU, and the pictures that a product has let go of."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # unchanged, since a word was not taken
    retry: list[str] = field(default_factory=list)  # what they build upon is not there any more
    notes: list[tuple[str, str]] = field(default_factory=list)  # SKU, what was not done and why
    let_go: list[str] = field(default_factory=list)  # digests
