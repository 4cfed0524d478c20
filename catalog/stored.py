"""What a batch says of products, as rows hold it, and what became of it."""

from dataclasses import dataclass, field
from typing import TypedDict

from catalog.labelling import Word


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


class ProductFacts(TypedDict, total=False):
    """Facts of a product; those left out are not spoken of."""

    title: str
    url: str | None
    price_cents: int | None
    currency: str | None
    stock: int


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
