"""Reads the pictures anew that an undo brings back: readings of withdrawn products are not kept."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from catalog.kept_states import PICTURES, states_of
from catalog.stored import StoredReading
from embeddings.errors import MissingPhoto, UnreadablePhoto
from service.index.rows import stored_reading
from service.progress import Beat, no_beat
from service.stock.parts import Part
from service.wiring import Services

_IN_MEMORY = 16  # pictures; a part may bring many


def pictures_to_read(session: Session, parts: Sequence[Part]) -> list[str]:
    """Name the pictures that come back to products which do not show them now.

    A product of several parts may not show by its turn what it does now.
    """
    present = states_of(session, [sku for part in parts for sku in part.skus])
    again = Counter(sku for part in parts for sku in part.skus)
    present = {sku: state for sku, state in present.items() if again[sku] == 1}
    wanted: dict[str, None] = {}
    for part in parts:
        for each in part.formers:
            held = {digest for digest, _ in present.get(each.sku, {}).get(PICTURES, ())}
            for digest, _ in (each.before or {}).get(PICTURES, ()):
                if digest not in held:
                    wanted[digest] = None
    return list(wanted)


def read_pictures(
    digests: Sequence[str],
    services: Services,
    *,
    known: Mapping[str, StoredReading],
    beat: Beat = no_beat,
) -> dict[str, StoredReading]:
    """Read stored pictures by the model that answers; those that are lost are left out.

    What it has read already is `known`.
    """
    encoder = services.encoder
    readings = {
        digest: known[digest]
        for digest in digests
        if digest in known and known[digest].fingerprint == encoder.fingerprint
    }
    digests = [digest for digest in digests if digest not in readings]
    for first in range(0, len(digests), _IN_MEMORY):
        found, photos = [], []
        for digest in digests[first : first + _IN_MEMORY]:
            beat()
            try:
                photos.append(services.store.open(digest))
            except (MissingPhoto, UnreadablePhoto):
                continue
            found.append(digest)
        for digest, reading in zip(found, encoder.read(photos), strict=True):
            readings[digest] = stored_reading(reading, encoder)
    return readings
