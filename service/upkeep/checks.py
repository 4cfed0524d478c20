"""Compares rows, pictures and index with each other, and says where they disagree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy.orm import Session

from catalog import changes, checksums, products, readings, review_queue, staff_changes
from catalog.checksums import SealedRow
from catalog.schema import faults_of_tables
from embeddings.errors import MissingPhoto
from service.index.rows import vectors_of
from service.index.view import View
from service.progress import Beat, Progress, Told, no_progress
from service.wiring import Services

_CHUNK = 2_000
_NAMED = 3  # products in a line


class DisagreementKind(StrEnum):
    """What is wrong."""

    MISSING_PICTURE = "missing picture"
    CHANGED_PICTURE = "changed picture"
    ORPHAN_PICTURE = "picture of no product"
    LOST_KEPT_PICTURE = "picture kept for an undo is lost"
    ABANDONED_FILE = "unfinished file"
    UNREAD_PHOTO = "photo not read"
    BAD_READING = "damaged reading"
    NO_COLOUR = "colour not read"
    WRONG_CATEGORY = "category not as read"
    WRONG_VECTOR = "index disagrees"
    BROKEN_FEED = "damaged change feed"
    OTHER_READING = "another model's damaged reading"
    DAMAGED_ROW = "row not as it was written"
    BROKEN_QUEUE = "damaged review queue"
    BROKEN_DATABASE = "damaged database"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One disagreement."""

    kind: DisagreementKind
    subject: str  # a digest, a photo's id, a SKU, a row or a file
    advice: str
    row: SealedRow | None = None  # where it is a row's

    @property
    def spoils_answers(self) -> bool:
        """Whether an answer can be wrong by it; a file too many only takes room."""
        return self.kind not in _HARMLESS


_HARMLESS = (
    DisagreementKind.ORPHAN_PICTURE,
    DisagreementKind.LOST_KEPT_PICTURE,
    DisagreementKind.ABANDONED_FILE,
)


def disagreements(services: Services, progress: Progress | None = None) -> Iterator[Disagreement]:
    """Find every disagreement; each check sees the catalogue of one instant."""
    told = Told(progress or no_progress)
    with services.database.reading() as session:
        faults = list(faults_of_tables(session.connection()))
        for fault in faults:
            yield Disagreement(DisagreementKind.BROKEN_DATABASE, fault, "restore a backup")
        if any("lacks" in fault for fault in faults):
            return  # there is nothing to compare with
        yield from _database(session)
        told.again()
        unsealed = list(checksums.damaged(session))
        told.again()
        yield from _feed(session, unsealed)
        yield from _rows(session, unsealed, services.model.fingerprint)
    with services.index.searching() as (look, view):
        # The index stands still meanwhile: it and the rows are of one instant.
        yield from list(_readings(look.session, view, unsealed, told.again))
        yield from list(_colours(look.session, view))
        yield from list(_vectors(look.session, view, told.again))
    with services.database.reading() as session:
        yield from _categories(session, view.model.fingerprint)
        yield from _pictures(session, services, told)
        yield from _kept_pictures(session, services, told.again)
    told.again()
    yield from _superfluous(services)


def _database(session: Session) -> Iterator[Disagreement]:
    for complaint in products.complaints(session):
        yield Disagreement(DisagreementKind.BROKEN_DATABASE, complaint, "restore a backup")


def _rows(
    session: Session, damaged: Sequence[SealedRow], fingerprint: str
) -> Iterator[Disagreement]:
    """Name the rows that only a person can mend, and other models' readings."""
    skus = products.skus(session, [row.number for row in damaged if row.table == "product"])
    read = [row.number for row in damaged if row.table == "reading"]
    others = set(readings.rows_of_others(session, fingerprint, read))
    for row in damaged:
        if row.table == changes.TABLE:
            continue  # see `_feed`
        if row.table in review_queue.TABLES:
            advice = "--repair makes the queue anew"
            yield Disagreement(DisagreementKind.BROKEN_QUEUE, f"{row.table} {row.number}", advice)
            continue
        if row.table == "reading":
            if row.number in others:
                advice = "--repair forgets it; its model reads the picture again before it answers"
                subject = f"reading {row.number} of another model"
                yield Disagreement(DisagreementKind.OTHER_READING, subject, advice, row)
            continue
        known = f" ({skus[row.number]})" if row.table == "product" else ""
        yield Disagreement(
            DisagreementKind.DAMAGED_ROW,
            f"{row.table} {row.number}{known}",
            "restore a backup, or set it right and take it with --accept",
            row,
        )


def _feed(session: Session, damaged: Sequence[SealedRow]) -> Iterator[Disagreement]:
    advice = "--repair starts a new one; indexes are rebuilt"
    if changes.has_gaps(session):
        yield Disagreement(DisagreementKind.BROKEN_FEED, "an entry is missing", advice)
    for row in damaged:
        if row.table == changes.TABLE:
            yield Disagreement(DisagreementKind.BROKEN_FEED, f"entry {row.number}", advice)


def _readings(
    session: Session, view: View, unsealed: Sequence[SealedRow], beat: Beat
) -> Iterator[Disagreement]:
    fingerprint, after = view.model.fingerprint, -1
    while rows := readings.photos_without(session, fingerprint, after, _CHUNK):
        beat()
        for photo in rows:
            yield Disagreement(
                DisagreementKind.UNREAD_PHOTO, str(photo.id), "--repair reads its picture again"
            )
        after = rows[-1].id
        session.expunge_all()
    changed = {row.number for row in unsealed if row.table == "reading"}
    bad = set(readings.photos_of_rows(session, fingerprint, sorted(changed)))
    size = 4 * len(view.model.labels)
    for chunk in readings.stream_whole(session, fingerprint, _CHUNK):
        beat()
        usable, _ = vectors_of([(row[0], row[1]) for row in chunk], view.model.dim)
        good = set(usable.tolist()) - bad
        for id_, _, probabilities in chunk:
            if id_ not in good or not _is_distribution(probabilities, size):
                yield Disagreement(
                    DisagreementKind.BAD_READING, str(id_), "--repair reads its picture again"
                )


def _colours(session: Session, view: View) -> Iterator[Disagreement]:
    if view.model.encoder.colours:
        for id_ in readings.without_colour(session, view.model.fingerprint):
            yield Disagreement(
                DisagreementKind.NO_COLOUR, str(id_), "--repair reads its picture again"
            )


def _is_distribution(data: bytes, size: int) -> bool:
    if len(data) != size:
        return False
    values = np.frombuffer(data, dtype="<f4")
    return bool((values >= 0).all() and abs(float(values.sum()) - 1) < 1e-3)


def _vectors(session: Session, view: View, beat: Beat) -> Iterator[Disagreement]:
    """Compare every vector of the index with its row."""
    advice = "--repair builds the index anew"
    unseen = view.index.ids()
    for chunk in readings.stream_embeddings(session, view.model.fingerprint, _CHUNK):
        beat()
        ids, vectors = vectors_of(chunk, view.model.dim)
        held = np.isin(ids, unseen)
        unseen = np.setdiff1d(unseen, ids, assume_unique=True)
        same = held.copy()
        same[held] = (view.index.vectors(ids[held]) == vectors[held]).all(axis=1)
        for id_ in ids[~same].tolist():
            yield Disagreement(DisagreementKind.WRONG_VECTOR, str(id_), advice)
    for id_ in unseen.tolist():
        yield Disagreement(DisagreementKind.WRONG_VECTOR, str(id_), advice)


def _categories(session: Session, fingerprint: str) -> Iterator[Disagreement]:
    for sku in readings.wrong_categories(session, fingerprint):
        yield Disagreement(
            DisagreementKind.WRONG_CATEGORY, sku, "--repair takes it from the readings"
        )


def _pictures(session: Session, services: Services, progress: Progress) -> Iterator[Disagreement]:
    total = products.count_pictures(session)
    done = 0
    for digests in products.stream_digests(session, _CHUNK):
        for digest in digests:
            try:
                if not services.store.verify(digest):
                    again = _import_again(session, digest)
                    advice = f"--repair sets it aside; then {again}"
                    yield Disagreement(DisagreementKind.CHANGED_PICTURE, digest, advice)
            except MissingPhoto:
                again = _import_again(session, digest)
                yield Disagreement(DisagreementKind.MISSING_PICTURE, digest, again)
            done += 1
            progress(done, total)


def _kept_pictures(session: Session, services: Services, beat: Beat) -> Iterator[Disagreement]:
    """Name pictures of no product that an undo would want in vain."""
    for digests in staff_changes.stream_kept(session, _CHUNK):
        for digest in products.unshown(session, digests):
            beat()
            if digest not in services.store or not services.store.verify(digest):
                advice = "an undo can no longer bring it back; a backup may have it"
                yield Disagreement(DisagreementKind.LOST_KEPT_PICTURE, digest, advice)


def _import_again(session: Session, digest: str) -> str:
    skus = products.showing(session, digest)
    more = f" and {len(skus) - _NAMED} more" if len(skus) > _NAMED else ""
    return f"import {', '.join(skus[:_NAMED])}{more} again, or restore a backup"


def _superfluous(services: Services) -> Iterator[Disagreement]:
    stored = list(services.store.digests())
    with services.database.reading() as session:
        for digest in products.unreferenced(session, stored):
            yield Disagreement(DisagreementKind.ORPHAN_PICTURE, digest, "--repair sets it aside")
    for name in services.store.unfinished():
        yield Disagreement(DisagreementKind.ABANDONED_FILE, name, "--repair removes it")
