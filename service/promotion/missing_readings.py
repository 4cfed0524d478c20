"""Reads the stored pictures that a model has not read yet."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from catalog import changes, promotions, readings
from catalog.models import ChangeKind
from catalog.models import Photo as PhotoRow
from catalog.readings import reading_row
from embeddings.errors import MissingPhoto, UnreadablePhoto
from embeddings.types import Photo, Reading
from service.index.rows import stored_reading
from service.models.registry import Model
from service.progress import Beat, Progress, no_progress
from service.promotion.trying_out import try_model
from service.wiring import Services

_AT_ONCE = 128  # photos in memory
_TOGETHER = 16  # of these in the network, between two looks at whether to go on


def read_missing(model: Model, *, services: Services, progress: Progress | None = None) -> int:
    """Read every stored picture that this model has not read; give how many it read.

    The running model goes on answering meanwhile. It can be interrupted, and goes on where it
    was. Pictures that are missing or damaged are passed over; `verify` names them.

    Raises:
        BadBundle: the model cannot answer; nothing was read.
    """
    try_model(model, services=services)
    read = 0
    # Ids go with the past in which they were given out: in a catalogue put back from a copy
    # meanwhile they may be of other photos, some of which a pass has gone by already.
    while (tried := _read_once(model, services, progress)).opened:
        read += tried.stored
    return read


class _Tried(NamedTuple):
    """How many photos were read, and of how many that was kept."""

    opened: int
    stored: int


def _read_once(model: Model, services: Services, progress: Progress | None) -> _Tried:
    """Go once through the photos that a model has not read, by ascending id."""
    progress = progress or no_progress
    with services.database.reading() as session:
        total = readings.count_without(session, model.fingerprint)
    done, after, opened, stored = 0, -1, 0, 0
    while True:
        with services.database.reading() as session:
            rows = readings.photos_without(session, model.fingerprint, after, _AT_ONCE)
            session.expunge_all()
        if not rows:
            return _Tried(opened, stored)
        tried = _read(rows, model, services, partial(progress, done, total))
        opened, stored = opened + tried.opened, stored + tried.stored
        done, after = done + len(rows), rows[-1].id
        progress(done, total)


def read_again(
    photo_ids: Sequence[int],
    model: Model,
    *,
    services: Services,
    progress: Progress | None = None,
) -> None:
    """Read these photos anew; what a picture that is missing or damaged once said, stays."""
    progress = progress or no_progress
    for first in range(0, len(photo_ids), _AT_ONCE):
        with services.database.reading() as session:
            rows = readings.photos(session, photo_ids[first : first + _AT_ONCE])
            session.expunge_all()
        _read(rows, model, services, partial(progress, first, len(photo_ids)))


def _read(rows: Sequence[PhotoRow], model: Model, services: Services, beat: Beat) -> _Tried:
    sound: list[tuple[PhotoRow, Photo]] = []
    for row in rows:
        beat()
        if (photo := open_stored(row.digest, services)) is not None:
            sound.append((row, photo))
    found: list[Reading] = []
    for start in range(0, len(sound), _TOGETHER):
        beat()
        found += model.encoder.read([photo for _, photo in sound[start : start + _TOGETHER]])
    with services.database.writing() as session:
        return _Tried(len(sound), _store(session, model, [row for row, _ in sound], found))


def open_stored(digest: str, services: Services) -> Photo | None:
    """Open a stored picture; None where it is missing or damaged."""
    try:
        return services.store.open(digest)
    except (MissingPhoto, UnreadablePhoto):  # the latter: a picture that no version of ours made
        return None


def _store(
    session: Session, model: Model, photos: Sequence[PhotoRow], found: Sequence[Reading]
) -> int:
    there = {row.id: row for row in readings.photos(session, [photo.id for photo in photos])}
    rows = []
    for photo, reading in zip(photos, found, strict=True):
        now = there.get(photo.id)
        if now is None or now.digest != photo.digest:
            continue  # removed while it was read; or the shop was put back, and this is another
        rows.append(reading_row(photo.id, stored_reading(reading, model.encoder)))
    readings.put(session, rows)
    promoted = promotions.current(session)
    if promoted is not None and promoted.fingerprint == model.fingerprint:
        products = sorted({row.product_id for row in there.values()})
        readings.name_categories(session, model.fingerprint, products)
        changes.append(session, ChangeKind.UPSERT, [row["photo_id"] for row in rows])
    return len(rows)
