"""What every photo of the catalogue is known by, in memory while duplicates are looked for."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sqlalchemy.orm import Session

from catalog.duplicates.photos import HashedPhoto, stream_hashes
from embeddings.photos.perceptual_hash import (
    HASH_BYTES,
    PerceptualHash,
    bits_apart,
    colours_apart,
    hash_of,
    mirrored,
)
from embeddings.search.hash_index import HashIndex, HashIndexKind
from embeddings.types import Ids, Pixels
from service.duplicates.rules import LIKELY_BITS, Evidence
from service.progress import Beat, no_beat

_MOST_ALIKE = 64  # of one picture; more is a placeholder, which pairs around its first product


class KnownPictures:
    """The photos that there are, by id, with the hashes of those that have one."""

    def __init__(self, kind: HashIndexKind) -> None:
        self._last = 0
        self._photos: dict[int, HashedPhoto] = {}
        self._by_digest: defaultdict[str, list[int]] = defaultdict(list)
        self._hashed: set[int] = set()  # of whose hash the two indexes hold the bits
        self._ids: Ids = np.empty(0, dtype=np.int64)  # of these, as they were added
        self._whole, self._within = kind(HASH_BYTES), kind(HASH_BYTES)

    def follow(self, session: Session, beat: Beat = no_beat) -> None:
        """Take the photos that have come since; those that are gone meanwhile do no harm."""
        for rows in stream_hashes(session, self._last):
            beat()
            self._last = rows[-1].id
            self.take(rows)

    def take(self, photos: Sequence[HashedPhoto]) -> None:
        """Take photos, also those of before whose hash is known by now."""
        fresh: list[tuple[int, PerceptualHash]] = []
        for photo in photos:
            if photo.id not in self._photos:
                self._by_digest[photo.digest].append(photo.id)
            self._photos[photo.id] = photo
            found = hash_of(photo.perceptual_hash)
            if found is not None and photo.id not in self._hashed:
                self._hashed.add(photo.id)
                fresh.append((photo.id, found))
        if fresh:
            self._ids = np.concatenate([self._ids, np.array([id_ for id_, _ in fresh])])
            self._whole.add(np.stack([each.whole for _, each in fresh]))
            self._within.add(np.stack([each.within for _, each in fresh]))

    def product_of(self, photo_id: int) -> int | None:
        """Return whose photo it is; None where it is not known."""
        photo = self._photos.get(photo_id)
        return None if photo is None else photo.product_id

    def near(self, photo_ids: Sequence[int]) -> set[tuple[int, int]]:
        """Return pairs of one of these photos and another product's that may show the same."""
        pairs = {
            (id_, other)
            for id_ in photo_ids
            if id_ in self._photos
            for other in self._by_digest[self._photos[id_].digest][:_MOST_ALIKE]
        }
        hashed = {id_: found for id_ in photo_ids if (found := self._hash_of(id_)) is not None}
        if hashed:
            asked, hashes = list(hashed), hashed.values()
            for index, questions in (
                (self._whole, np.stack([each.whole for each in hashes])),
                (self._within, np.stack([each.within for each in hashes])),
            ):
                both = np.concatenate([questions, mirrored(questions)])
                pairs |= self._found([*asked, *asked], index, both)
        return {pair for pair in pairs if self._are_two(*pair)}

    def evidence(self, one: int, other: int, cosine: float | None) -> Evidence:
        """Return how alike two photos are."""
        if self._photos[one].digest == self._photos[other].digest:
            return Evidence(same_file=True, cosine=cosine)
        first, second = self._hash_of(one), self._hash_of(other)
        if first is None or second is None:
            return Evidence(cosine=cosine)
        pairs = (first.whole, second.whole), (first.within, second.within)
        as_it_is = min(bits_apart(*pair) for pair in pairs)
        turned = min(bits_apart(mirrored(one), other) for one, other in pairs)
        return Evidence(
            bits=min(as_it_is, turned),
            is_mirrored=turned < as_it_is,
            colours_apart=colours_apart(first.colours, second.colours),
            cosine=cosine,
        )

    def _hash_of(self, photo_id: int) -> PerceptualHash | None:
        # Read anew each time: as arrays, the hashes of a large catalogue take ten times the room.
        photo = self._photos.get(photo_id)
        return None if photo is None else hash_of(photo.perceptual_hash)

    def _found(
        self, asked: Sequence[int], index: HashIndex, questions: Pixels
    ) -> set[tuple[int, int]]:
        near = index.within(questions, LIKELY_BITS)
        others = self._ids[near.held].tolist()
        return {(asked[row], id_) for row, id_ in zip(near.questions.tolist(), others, strict=True)}

    def _are_two(self, one: int, other: int) -> bool:
        return self._photos[one].product_id != self._photos[other].product_id
