"""Writes the pictures of a product, one at a time: read outside, recorded in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from catalog import products
from catalog.errors import Contradiction
from catalog.marks import present_mark
from catalog.stored import PhotoRecord, ProductRecord
from embeddings.photos.perceptual_hash import hash_bytes
from embeddings.photos.photo import open_photo
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadRequestValue, UploadTooLarge
from service.index.rows import stored_reading
from service.stock.meant import meant_sku
from service.stock.pictures import remove_unreferenced
from service.wiring import Services
from service.wording import counted
from service.writing.conditions import Conditions
from service.writing.products import Done, Outcome, found_mark, record_one

_MAX_WAIT_S = 5.0  # for others' large pictures, as a search waits


def put_photo(
    sku: str,
    number: int,
    data: bytes,
    conditions: Conditions,
    *,
    by: Actor,
    services: Services,
) -> Done:
    """Make a picture the product's `number`-th, from 1, in place of that one or behind the last.

    Again it changes nothing.

    Raises:
        UnreadablePhoto: the bytes are no picture that is read here.
        UploadTooLarge: they are too many.
        BadRequestValue: there are no bytes.
        UnknownProduct: there is no such product.
        ConditionFailed: the product is not in a state that was named.
        Contradiction: there is no picture before it, or it is another of the product's already.
    """
    photo = read_picture(data, services)
    assert photo.photo_digest is not None
    try:
        with services.database.writing() as session:
            sku = meant_sku(session, sku)
            before = found_mark(session, sku, conditions)
            held = _held(session, sku)
            if number > len(held) + 1:
                there_are = counted(len(held), "picture")
                raise Contradiction(
                    f"the product '{sku}' has {there_are}, so the next is number "
                    f"{len(held) + 1}, got {number}"
                )
            others = held[: number - 1] + held[number:]
            # Of one file another picture may be kept that was stored by rules of before.
            if any(photo.source_digest == of or photo.photo_digest == kept for of, kept in others):
                raise Contradiction(f"the product '{sku}' has this picture under another number")
            wanted = _as_held(held)
            wanted[number - 1 : number] = [photo]
            done, let_go = _record(session, sku, wanted, before, services)
            if done.outcome is not Outcome.UNCHANGED:
                record(session, by, "photo.put", sku, f"number={number} {photo.photo_digest}")
    except BaseException:
        remove_unreferenced([photo.photo_digest], services=services)
        raise
    remove_unreferenced(let_go, services=services)
    return done


def delete_photo(
    sku: str, number: int, conditions: Conditions, *, by: Actor, services: Services
) -> Done:
    """Take a product's `number`-th picture away; those behind it move up.

    Raises:
        UnknownProduct: there is no such product.
        ConditionFailed: the product is not in a state that was named.
        Contradiction: it has fewer pictures.
    """
    with services.database.writing() as session:
        sku = meant_sku(session, sku)
        before = found_mark(session, sku, conditions)
        held = _held(session, sku)
        if number > len(held):
            there_are = counted(len(held), "picture")
            raise Contradiction(f"the product '{sku}' has {there_are}, got {number}")
        digest = held[number - 1][1]
        wanted = _as_held(held[: number - 1] + held[number:])
        done, let_go = _record(session, sku, wanted, before, services)
        record(session, by, "photo.delete", sku, f"number={number} {digest}")
    remove_unreferenced(let_go, services=services)
    return done


def read_picture(data: bytes, services: Services) -> PhotoRecord:
    """Decode, read and store a picture, as an import does.

    Should it not be recorded, hand its digest to `remove_unreferenced`.

    Raises:
        UnreadablePhoto: the bytes are no picture that is read here.
        UploadTooLarge: they are too many.
        BadRequestValue: there are no bytes.
    """
    settings = services.settings
    if not data:
        raise BadRequestValue("send the bytes of a picture as the body, got none")
    if len(data) > settings.max_upload_bytes:
        raise UploadTooLarge(f"a photo has at most {settings.max_upload_mb} MB, this one has more")
    limits = replace(settings.photo_limits, max_wait_s=_MAX_WAIT_S)
    photo = services.store.prepare(open_photo(data, limits, services.store.longest_side))
    encoder = services.encoder
    [reading] = encoder.read([photo])
    return PhotoRecord(
        source_digest=hashlib.sha256(data).hexdigest(),
        photo_digest=services.store.put(photo),
        reading=stored_reading(reading, encoder),
        perceptual_hash=hash_bytes(photo),
    )


def _held(session: Session, sku: str) -> list[tuple[str, str]]:
    """Return source and stored digest of each of a product's pictures, in order."""
    return products.source_digests(session, [sku])[sku]


def _as_held(held: Sequence[tuple[str, str]]) -> list[PhotoRecord]:
    return [PhotoRecord(source) for source, _ in held]


def _record(
    session: Session,
    sku: str,
    wanted: Sequence[PhotoRecord],
    before: str,
    services: Services,
) -> tuple[Done, list[str]]:
    item = ProductRecord(sku, photos=tuple(wanted))
    _, let_go = record_one(session, item, services=services)
    mark = present_mark(session, sku)
    assert mark is not None  # nobody else writes meanwhile
    outcome = Outcome.UNCHANGED if mark == before else Outcome.CHANGED
    return Done(sku, outcome, mark), let_go
