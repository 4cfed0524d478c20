"""Compares what a batch brings with what the catalogue holds; writes nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import now
from catalog.readings import ReadingRow
from catalog.stored import StoredPhoto, StoredProduct, StoredReading, Written

_FACTS = ("title", "url", "price_cents", "currency", "stock")


@dataclass(slots=True)
class HeldPhoto:
    """A photo that is in the catalogue."""

    id: int
    digest: str
    source_digest: str
    position: int
    read: bool  # by the promoted model


@dataclass(slots=True)
class Pending:
    """Rows collected for one statement each."""

    products: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    readings: list[ReadingRow] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)  # products whose first photo may differ
    changed: bool = False  # whether any product is new or another


class Differences:
    """Compares what is to be with what is."""

    def __init__(self, fingerprint: str, next_product: int, next_photo: int) -> None:
        self.fingerprint = fingerprint
        self.next_product = next_product
        self.next_photo = next_photo
        self.pending = Pending()
        self.written = Written()

    def add(self, item: StoredProduct) -> None:
        """Note a product that the catalogue does not have."""
        photos = item.photos or ()
        if any(_needs_reading(photo, []) for photo in photos):
            self.written.retry.append(item.sku)
            return
        first = photos[0].reading if photos else None
        at = now()
        self.pending.products.append(
            {name: getattr(item, name) for name in ("sku", *_FACTS)}
            | {
                "id": self.next_product,
                "human_category": item.category,
                "labelled_at": None if item.category is None else at,
                "model_category": None if first is None else first.label,
                "model_confidence": None if first is None else first.confidence,
                "colour": None if first is None else first.colour,
                "colour_confidence": None if first is None else first.colour_confidence,
                "created_at": at,
                "updated_at": at,
            }
        )
        self._change_photos(self.next_product, photos, [])
        self.next_product += 1
        self.pending.changed = True
        self.written.added.append(item.sku)

    def change(self, item: StoredProduct, row: Any, held: list[HeldPhoto]) -> None:
        """Note what is to be changed of a product; `row` is its row, `held` its photos."""
        if any(_needs_reading(photo, held) for photo in item.photos or ()):
            self.written.retry.append(item.sku)
            return
        facts = {name: getattr(item, name) for name in _FACTS}
        human = row.human_category if item.category is None else item.category
        facts_differ = human != row.human_category or any(
            getattr(row, name) != value for name, value in facts.items()
        )
        photos_differ = item.photos is not None and self._change_photos(row.id, item.photos, held)
        if not facts_differ and not photos_differ:
            self.written.unchanged.append(item.sku)
            return
        relabelled = human != row.human_category
        self.pending.facts.append(
            facts
            | {
                "its_id": row.id,
                "human_category": human,
                "labelled_at": now() if relabelled else row.labelled_at,
                "updated_at": now(),
            }
        )
        self.pending.changed = True
        if photos_differ:
            self.pending.renamed.append(row.id)
        self.written.updated.append(item.sku)

    def _change_photos(
        self, product_id: int, photos: Sequence[StoredPhoto], held: list[HeldPhoto]
    ) -> bool:
        by_source = {photo.source_digest: photo for photo in held}
        by_digest = {photo.digest: photo for photo in held}
        kept: set[str] = set()
        changed = False
        for photo in photos:
            digest = photo.digest or by_source[photo.source_digest].digest
            if digest in kept:  # twice the same picture is one photo
                continue
            position = len(kept)
            kept.add(digest)
            known = by_digest.get(digest)
            if known is None:
                changed = True
                self._add_photo(product_id, photo, digest, position)
                continue
            if known.position != position:
                changed = True
                self.pending.moved.append({"its_id": known.id, "position": position})
            if known.source_digest != photo.source_digest:
                # The same picture from another file: nothing that a shopper sees has changed.
                row = {"its_id": known.id, "source_digest": photo.source_digest}
                self.pending.sources.append(row)
            if not known.read and photo.reading is not None:
                changed = True
                self._add_reading(known.id, photo.reading)
        gone = [photo for photo in held if photo.digest not in kept]
        self.pending.gone += [photo.id for photo in gone]
        self.written.let_go += [photo.digest for photo in gone]
        return changed or bool(gone)

    def _add_photo(self, product_id: int, photo: StoredPhoto, digest: str, position: int) -> None:
        self.pending.photos.append(
            {
                "id": self.next_photo,
                "product_id": product_id,
                "digest": digest,
                "source_digest": photo.source_digest,
                "position": position,
            }
        )
        if photo.reading is not None:
            self._add_reading(self.next_photo, photo.reading)
        self.next_photo += 1

    def _add_reading(self, photo_id: int, reading: StoredReading) -> None:
        self.pending.readings.append(
            ReadingRow(
                photo_id=photo_id,
                fingerprint=self.fingerprint,
                label=reading.label,
                confidence=reading.confidence,
                probabilities=reading.probabilities,
                embedding=reading.embedding,
                colour=reading.colour,
                colour_confidence=reading.colour_confidence,
            )
        )


def _needs_reading(photo: StoredPhoto, held: list[HeldPhoto]) -> bool:
    """Say whether a photo came without what the catalogue has not got of it."""
    for known in held:
        same = (
            known.source_digest == photo.source_digest
            if photo.digest is None
            else known.digest == photo.digest
        )
        if same and (known.read or photo.reading is not None):
            return False
    return photo.digest is None or photo.reading is None
