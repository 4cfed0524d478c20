"""A row on its way into the catalogue, until all of its pictures are read."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from catalog.exported import WholeProduct
from catalog.facts import FACTS
from catalog.labelling import Speaker, Word
from catalog.stored import PhotoRecord, ProductFacts, ProductRecord
from embeddings.photos.perceptual_hash import hash_bytes
from embeddings.types import Encoder, Photo, PhotoStore, Reading
from service.importing.row import Row
from service.index.rows import stored_reading

# A source that does not count its stock sells what it lists.
_UNCOUNTED = ProductFacts(stock=1)


@dataclass(slots=True, eq=False)
class PendingPhoto:
    """One picture of a row: by its source alone where the catalogue has it already."""

    name: str
    source_digest: str
    photo: Photo | None = None  # until it is stored
    reading: Reading | None = None
    digest: str | None = None  # what the store gave for it
    perceptual_hash: bytes | None = None

    def record(self, reader: Encoder) -> PhotoRecord:
        """Return what the catalogue is to hold."""
        read = None if self.reading is None else stored_reading(self.reading, reader)
        return PhotoRecord(self.source_digest, self.digest, read, self.perceptual_hash)


@dataclass(slots=True, eq=False)
class PendingRow:
    """One row, and the pictures gathered so far."""

    row: Row
    photos: list[PendingPhoto] = field(default_factory=list)
    waiting: int = 1  # pictures still being read, and 1 until all of them are named
    faults: list[str] = field(default_factory=list)  # beside those of the row itself
    elsewhere: frozenset[str] = frozenset()  # its pictures at addresses

    @property
    def refused(self) -> bool:
        """Whether it cannot go in."""
        return bool(self.row.faults or self.faults)

    @property
    def counted(self) -> bool:
        """Whether it says how many pieces there are."""
        return "stock" in self.row.facts or "stock" in self.row.new_facts

    def check(self, known: WholeProduct | None) -> None:
        """Find what the row lacks beside what is known of its product."""
        if known is None and "sku" not in self.row.faults and "" not in self.row.faults:
            self.faults += (f"a new product needs a {column}" for column in lacking(self.row))

    def store(self, store: PhotoStore) -> None:
        """Put the decoded pictures into the store, and let go of them."""
        for each in self.photos:
            if each.photo is not None:
                each.perceptual_hash = hash_bytes(each.photo)
                each.digest, each.photo = store.put(each.photo), None

    def rehearse(self) -> None:
        """Take the decoded pictures for stored: what they will be is not known."""
        for each in self.photos:
            if each.reading is not None:
                each.digest = each.source_digest

    def record(self, reader: Encoder, *, as_person: bool) -> ProductRecord:
        """Return what the row says, once its pictures are stored; `reader` has read them."""
        return ProductRecord(
            sku=self.row.sku,
            facts=self.row.facts,
            new_facts={**_UNCOUNTED, **self.row.new_facts},
            word=_as_person(self.row.word) if as_person else self.row.word,
            photos=tuple(each.record(reader) for each in self.photos) or None,
            same_photos=self.row.same_photos,
        )


def lacking(row: Row) -> Iterator[str]:
    """Name the columns without which a row makes no new product."""
    said = row.facts.keys() | row.new_facts.keys()
    needed = [fact.column for fact in FACTS if fact.needed and fact.name not in said]
    for column in (*needed, *(() if row.photos else ("photo",))):
        if column not in row.faults:
            yield column


def _as_person(word: Word | None) -> Word | None:
    if word is None or word.speaker is Speaker.MODEL:
        return word
    return replace(word, speaker=Speaker.PERSON, known_mark=None)
