"""What a batch brings to the catalogue, as rows hold it, and what became of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoredReading:
    """What the promoted model read in a photo, as a row holds it."""

    label: str
    confidence: float
    probabilities: bytes
    embedding: bytes
    colour: str | None = None  # None: the model tells none
    colour_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo whose picture is in the store; None where it is there already, by its source."""

    source_digest: str
    digest: str | None = None
    reading: StoredReading | None = None


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """One product as it is to be."""

    sku: str
    title: str
    url: str | None
    price_cents: int | None
    currency: str | None
    stock: int
    category: str | None  # a person's word; None says nothing
    photos: tuple[StoredPhoto, ...] | None  # None: they stay as they are


@dataclass(slots=True)
class Written:
    """What a batch did, by SKU, and the pictures that a product has let go of."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    retry: list[str] = field(default_factory=list)  # their photos must be decoded and read
    let_go: list[str] = field(default_factory=list)  # digests
