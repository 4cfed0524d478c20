"""Compares what a batch brings with what the catalogue holds; writes nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.facts import NAMES, NEEDED, OF_ANY_NEW
from catalog.labelling import Speaker, Word, is_files, objection
from catalog.models import now
from catalog.readings import ReadingRow, reading_row
from catalog.stored import PhotoRecord, ProductRecord, StoredReading, Written
from catalog.vocabulary import Vocabulary
from catalog.words import fold


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
    earlier: list[dict[str, Any]] = field(default_factory=list)  # words that others replace
    gone: list[int] = field(default_factory=list)
    readings: list[ReadingRow] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)  # products whose first photo may differ
    changed: bool = False  # whether any product is new or another


class Differences:
    """Compares what is to be with what is."""

    def __init__(
        self, fingerprint: str, vocabulary: Vocabulary, next_product: int = 1, next_photo: int = 1
    ) -> None:
        self.fingerprint = fingerprint
        self.vocabulary = vocabulary
        self.next_product = next_product
        self.next_photo = next_photo
        self.pending = Pending()
        self.written = Written()

    def add(self, item: ProductRecord) -> None:
        """Note a product that the catalogue does not have.

        One that speaks as of a known product is to come again: somebody has removed it since.
        """
        facts = {**OF_ANY_NEW, **item.new_facts, **item.facts}
        photos = item.photos
        if photos is None or not facts.keys() >= NEEDED or self._lacks_readings(photos, []):
            self.written.retry.append(item.sku)
            return
        first = photos[0].reading if photos else None
        word = self._meant(item.word, None)
        category = None if word is None or word.speaker is Speaker.MODEL else word.category
        if category is not None:
            self._question(item.sku, category)
        at = now()
        id_ = self.next_product if item.former is None else item.former.id
        self.pending.products.append(
            {
                **facts,
                "id": id_,
                "sku": item.sku,
                "human_category": category,
                "labelled_at": None if category is None else at,
                "labelled_by": None if category is None or word is None else word.speaker,
                "model_category": None if first is None else first.label,
                "model_confidence": None if first is None else first.confidence,
                "colour": None if first is None else first.colour,
                "colour_confidence": None if first is None else first.colour_confidence,
                "created_at": at if item.former is None else item.former.created_at,
                "updated_at": at,
            }
        )
        self._change_photos(id_, photos, [])
        self.next_product = max(self.next_product, id_ + 1)
        self.pending.changed = True
        self.written.added.append(item.sku)

    def leave_out(self, sku: str, why: str) -> None:
        """Note that nothing is taken of a product, since a person has decided so."""
        self.written.kept.append(sku)
        self.written.notes.append((sku, why))

    def change(self, item: ProductRecord, row: Any, held: list[HeldPhoto]) -> None:
        """Note what is to be changed of a product; `row` is its row, `held` its photos."""
        photos = item.photos
        if photos is not None and (
            self._lacks_readings(photos, held) or (item.same_photos and _are_others(photos, held))
        ):
            self.written.retry.append(item.sku)
            return
        facts = {name: getattr(row, name) for name in NAMES}
        facts["human_category"] = row.human_category
        facts["labelled_by"] = row.labelled_by
        merged = facts | item.facts
        word = self._meant(item.word, row.human_category)
        refused = None if word is None else objection(word, row)
        if refused is not None:
            self.written.notes.append((item.sku, refused))
        elif word is not None and word.speaker is not Speaker.MODEL:
            confirmed = word.speaker is Speaker.PERSON and is_files(
                row.human_category, row.labelled_by
            )
            if word.category != row.human_category or confirmed:
                merged["human_category"] = word.category
                merged["labelled_by"] = word.speaker
            self._question(item.sku, word.category)
        photos_differ = photos is not None and self._change_photos(row.id, photos, held)
        if merged == facts and not photos_differ:
            unchanged = self.written.unchanged if refused is None else self.written.kept
            unchanged.append(item.sku)
            return
        words = ("human_category", "labelled_by")
        relabelled = any(merged[name] != facts[name] for name in words)
        if relabelled and row.labelled_at is not None:
            self.pending.earlier.append(
                {
                    "product_id": row.id,
                    "category": row.human_category,
                    "labelled_at": row.labelled_at,
                    "labelled_by": row.labelled_by,
                }
            )
        self.pending.facts.append(
            merged
            | {
                "its_id": row.id,
                "labelled_at": now() if relabelled else row.labelled_at,
                "updated_at": now(),
            }
        )
        self.pending.changed = True
        if photos_differ:
            self.pending.renamed.append(row.id)
        self.written.updated.append(item.sku)

    def _meant(self, word: Word | None, held: str | None) -> Word | None:
        """Return a word as the category that it stands for; what is held is written as it is."""
        if word is None or word.speaker is Speaker.MODEL:
            return word
        meant = self.vocabulary.meaning(word.category)
        same = held is not None and fold(meant) == fold(held)
        return replace(word, category=held if same and held is not None else meant)

    def _question(self, sku: str, category: str) -> None:
        near = self.vocabulary.near(category)
        if near is not None:
            advice = (
                "if it is the same, say so on the page of categories, or with: "
                f'lookalike category map "{category}" "{near}"'
            )
            told = f"the category '{category}' is new and nearly '{near}': {advice}"
            self.written.notes.append((sku, told))
        self.vocabulary.add(category)

    def _lacks_readings(self, photos: Sequence[PhotoRecord], held: list[HeldPhoto]) -> bool:
        """Return whether a photo came without what the catalogue has not got of it."""
        return any(
            (photo.reading is not None and photo.reading.fingerprint != self.fingerprint)
            or _needs_reading(photo, held)
            for photo in photos
        )

    def _change_photos(
        self, product_id: int, photos: Sequence[PhotoRecord], held: list[HeldPhoto]
    ) -> bool:
        by_source = {photo.source_digest: photo for photo in held}
        by_digest = {photo.digest: photo for photo in held}
        kept: set[str] = set()
        changed = False
        for photo in photos:
            digest = photo.photo_digest or by_source[photo.source_digest].digest
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

    def _add_photo(self, product_id: int, photo: PhotoRecord, digest: str, position: int) -> None:
        self.pending.photos.append(
            {
                "id": self.next_photo,
                "product_id": product_id,
                "digest": digest,
                "source_digest": photo.source_digest,
                "position": position,
                "perceptual_hash": photo.perceptual_hash,
            }
        )
        if photo.reading is not None:
            self._add_reading(self.next_photo, photo.reading)
        self.next_photo += 1

    def _add_reading(self, photo_id: int, reading: StoredReading) -> None:
        self.pending.readings.append(reading_row(photo_id, reading))


def _needs_reading(photo: PhotoRecord, held: list[HeldPhoto]) -> bool:
    """Return whether a photo came without what the catalogue has not got of it."""
    for known in held:
        same = (
            known.source_digest == photo.source_digest
            if photo.photo_digest is None
            else known.digest == photo.photo_digest
        )
        if same and (known.read or photo.reading is not None):
            return False
    return photo.photo_digest is None or photo.reading is None


def _are_others(photos: Sequence[PhotoRecord], held: Sequence[HeldPhoto]) -> bool:
    """Return whether any photo comes of a file that none of those held came of."""
    return not {photo.source_digest for photo in photos} <= {each.source_digest for each in held}
