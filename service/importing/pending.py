"""A row on its way into the catalogue, until all of its pictures are read."""

from dataclasses import dataclass, field

from catalog.errors import BadRow
from catalog.exported import WholeProduct
from embeddings.types import Photo, PhotoStore, Reading
from service.importing.source import Row
from service.importing.values import Facts
from service.store_batch import PhotoRecord, ProductRecord


@dataclass(slots=True, eq=False)
class PendingPhoto:
    """One picture of a row: by its source alone where the catalogue has it already."""

    name: str
    source_digest: str
    photo: Photo | None = None  # until it is stored
    reading: Reading | None = None
    digest: str | None = None  # what the store gave for it


@dataclass(slots=True, eq=False)
class PendingRow:
    """One row, what the catalogue knows of its product, and the pictures gathered so far."""

    row: Row
    known: WholeProduct | None
    photos: list[PendingPhoto] = field(default_factory=list)
    waiting: int = 1  # pictures still being read, and 1 until all of them are named
    error: str | None = None

    def facts(self) -> Facts:
        """Merge what the row says with what the catalogue holds.

        Raises:
            BadRow: the product is new, and has no title or no photo.
        """
        row, known = self.row, self.known
        if known is None:
            facts = _new(row)
        else:
            facts = Facts(
                title=known.title,
                url=known.url,
                price_cents=known.price_cents,
                currency=known.currency,
                stock=known.stock,
            )
        facts |= row.facts
        if known is not None and known.human_category is not None:
            facts["category"] = known.human_category  # a re-import never overrules a person
        return facts

    def unchanged(self) -> bool:
        """Say whether importing the row would change nothing."""
        known = self.known
        if known is None:
            return False
        facts = self.facts()
        same_facts = (
            facts["title"] == known.title
            and facts["url"] == known.url
            and facts["price_cents"] == known.price_cents
            and facts["currency"] == known.currency
            and facts["stock"] == known.stock
            and facts.get("category") == known.human_category
        )
        sources = tuple(photo.source_digest for photo in self.photos)
        return same_facts and sources in ((), known.source_digests)

    def store(self, store: PhotoStore) -> None:
        """Put the decoded pictures into the store, and let go of them."""
        for each in self.photos:
            if each.photo is not None:
                each.digest, each.photo = store.put(each.photo), None

    def record(self) -> ProductRecord:
        """Give what the catalogue is to hold, once the pictures are stored."""
        facts = self.facts()
        photos = tuple(
            PhotoRecord(each.source_digest, each.digest, each.reading) for each in self.photos
        )
        return ProductRecord(
            sku=self.row.sku,
            title=facts["title"],
            url=facts["url"],
            price_cents=facts["price_cents"],
            currency=facts["currency"],
            stock=facts["stock"],
            category=facts.get("category"),
            photos=photos or None,
        )


def _new(row: Row) -> Facts:
    if "title" not in row.facts and "title" not in row.new_facts:
        raise BadRow("a new product needs a title")
    if not row.photos:
        raise BadRow("a new product needs a photo")
    # A source that does not count its stock sells what it lists.
    return Facts(url=None, price_cents=None, currency=None, stock=1) | row.new_facts
