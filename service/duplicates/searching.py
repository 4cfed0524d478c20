"""Looks for duplicates: of what has come since the last time, or of everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog.duplicates import photos as rows
from catalog.duplicates.tables import ComparedPhotos
from embeddings.errors import MissingPhoto, UnreadablePhoto
from embeddings.photos.perceptual_hash import hash_bytes, is_present
from service.duplicates.embedded import cosines_of, near_by_embedding
from service.duplicates.known_pictures import KnownPictures
from service.duplicates.proposing import propose
from service.duplicates.rules import SAME_COSINE, Evidence
from service.progress import Beat, Progress, no_beat, no_progress
from service.wiring import Services

_AT_ONCE = 256  # photos compared in one go, and one transaction for what comes of them


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has done."""

    photos: int = 0  # that were compared
    proposed: int = 0  # pairs that were not proposed before


def backlog(*, services: Services) -> tuple[int, int]:
    """Count the photos that were not compared yet: of those that came, and of those of before."""
    with services.database.reading() as session:
        state = rows.progress_of(session)
        newer = rows.count_photos(session, state.newest)
        return newer, rows.count_photos(session, state.older_from, state.older_to)


def find_new(*, services: Services, beat: Beat = no_beat) -> Found:
    """Compare the photos that came since the last time with all others, and propose pairs.

    Cut off by its `beat`, it goes on where it was the next time.
    """

    def on(_done: int, _total: int | None) -> None:
        beat()

    return _search(_Newest(), services, on, Found(), _keep_nothing)


Keep: TypeAlias = Callable[[Session, Found], None]
"""Told in each transaction what was done by its end."""


def _keep_nothing(_session: Session, _found: Found) -> None:
    """Leave it to whoever asked to see how far it came."""


def find_all(
    *,
    services: Services,
    again: bool = False,
    progress: Progress = no_progress,
    found: Found | None = None,
    keep: Keep = _keep_nothing,
) -> Found:
    """Compare every photo that was not compared yet; `again`: those that were as well.

    Cut off, it goes on where it was when it is asked for again; with what was `found` by then,
    which `keep` was told, it counts on as well.
    """
    if again:
        with services.database.writing() as session:
            state = rows.progress_of(session)
            state.newest = rows.newest_photo(session)
            state.older_from, state.older_to = 0, state.newest
    found = _search(_Older(), services, progress, found or Found(), keep)
    return _search(_Newest(), services, progress, found, keep)


class _Newest:
    """Photos as they come."""

    def after(self, state: ComparedPhotos) -> int:
        return state.newest

    def until(self, _state: ComparedPhotos) -> int | None:
        return None

    def reach(self, state: ComparedPhotos, photo_id: int) -> None:
        state.newest = photo_id


class _Older:
    """Photos of before this was looked for, or all, where a search begins anew."""

    def after(self, state: ComparedPhotos) -> int:
        return state.older_from

    def until(self, state: ComparedPhotos) -> int | None:
        return state.older_to

    def reach(self, state: ComparedPhotos, photo_id: int) -> None:
        state.older_from = photo_id


def _search(
    part: _Newest | _Older, services: Services, progress: Progress, found: Found, keep: Keep
) -> Found:
    """Compare a part on from where the catalogue says it is, and count on."""
    known = KnownPictures(services.hash_index_kind)
    total = None
    while True:
        with services.database.reading() as session:
            state = rows.progress_of(session)
            after, until = part.after(state), part.until(state)
            if total is None:
                total = found.photos + rows.count_photos(session, after, until)
            ids = rows.next_photos(session, after, until, _AT_ONCE)
        if not ids:
            return found
        beat = partial(progress, found.photos, total)
        hashes = _hash_missing(ids, services, beat)
        with services.database.reading() as session:
            known.follow(session, beat)
            held = rows.hashes_of(session, hashes)
        known.take([held[id_]._replace(perceptual_hash=hashes[id_]) for id_ in held])
        evidence = _compare(ids, known, services)
        beat()
        with services.database.writing() as session:
            state = rows.progress_of(session)
            rows.put_hashes(session, hashes)
            if part.after(state) != after:
                continue  # another process has compared them meanwhile
            proposed = propose(session, evidence)
            part.reach(state, ids[-1])
            done = Found(found.photos + len(ids), found.proposed + proposed)
            keep(session, done)
        found = done
        progress(found.photos, total)


def _compare(
    ids: Sequence[int], known: KnownPictures, services: Services
) -> dict[tuple[int, int], Evidence]:
    """Return how alike those pairs of photos are that are alike at all."""
    index = services.index
    alike = near_by_embedding(ids, SAME_COSINE, index=index)
    near = known.near(ids)
    cosines = alike | cosines_of(near - alike.keys(), index=index)
    found: dict[tuple[int, int], Evidence] = {}
    for pair in near | alike.keys():
        one, other = sorted(pair)
        owners = known.product_of(one), known.product_of(other)
        if None in owners or owners[0] == owners[1]:
            continue
        found[one, other] = known.evidence(one, other, cosines.get(pair))
    return found


def _hash_missing(ids: Sequence[int], services: Services, beat: Beat) -> dict[int, bytes]:
    """Work out what photos are known by that have no hash yet, from their stored pictures."""
    with services.database.reading() as session:
        held = rows.hashes_of(session, ids)
    made: dict[str, bytes | None] = {}
    found: dict[int, bytes] = {}
    for photo in held.values():
        beat()
        if is_present(photo.perceptual_hash):
            continue
        if photo.digest not in made:
            try:
                made[photo.digest] = hash_bytes(services.store.open(photo.digest))
            except (MissingPhoto, UnreadablePhoto):  # `verify` tells of it
                made[photo.digest] = None
        if (data := made[photo.digest]) is not None:
            found[photo.id] = data
    return found
