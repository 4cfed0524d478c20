"""Changes one product as somebody of the staff wants it; each is one transaction, and undoable."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import products
from catalog.errors import Contradiction
from catalog.stored import PhotoRecord, ProductRecord
from service.access.actor import Actor
from service.access.log import record
from service.stock.meant import meant_sku
from service.stock.picture_numbers import MAX_PHOTOS
from service.stock.pictures import remove_unreferenced
from service.stock.undoable import undoable
from service.wiring import Services
from service.writing.conditions import Conditions
from service.writing.photos import read_picture
from service.writing.product_json import Said
from service.writing.products import found_mark, leave_to_the_model, record_one

LetGo: TypeAlias = Sequence[str]  # digests of pictures that the product shows no more


def edit_product(
    said: Said, conditions: Conditions, *, by: Actor, services: Services
) -> tuple[str, ...]:
    """Change what is said of a product; return what was taken otherwise, or is to be asked.

    Raises:
        UnknownProduct: there is none.
        ConditionFailed: the product is not in the state that was named.
    """
    notes = list(said.notes)

    def edit(session: Session, sku: str) -> LetGo:
        item = ProductRecord(sku, facts=said.facts, word=said.word)
        outcome, _ = record_one(session, item, services=services)
        notes.extend(note for _, note in outcome.notes)
        if said.to_the_model:
            leave_to_the_model(session, sku)
        return ()

    _change(said.sku, "Edited {}", said.told, edit, conditions, by, services)
    return tuple(notes)


def withdraw_product(
    sku: str, conditions: Conditions, *, by: Actor, services: Services
) -> int | None:
    """Take a product out of the catalogue, with its pictures; return the number of the change.

    Raises: as `edit_product`.
    """

    def withdraw(session: Session, sku: str) -> LetGo:
        return products.delete_all(session, [sku])[1]

    return _change(sku, "Withdrew {}", "", withdraw, conditions, by, services, "product.delete")


def add_picture(
    sku: str, data: bytes, conditions: Conditions, *, by: Actor, services: Services
) -> int | None:
    """Put a picture behind the last of a product.

    Raises:
        UnreadablePhoto: the bytes are no picture that is read here.
        UploadTooLarge: they are too many.
        BadRequestValue: there are no bytes.
        Contradiction: the product has this picture, or as many as may be.
        UnknownProduct, ConditionFailed: as `edit_product`.
    """
    new = read_picture(data, services)
    assert new.photo_digest is not None

    def add(session: Session, sku: str) -> LetGo:
        held = _held(session, sku)
        if new.photo_digest in [each.photo_digest for each in held]:
            raise Contradiction(f"the product '{sku}' has this picture already")
        if len(held) >= MAX_PHOTOS:
            raise Contradiction(f"a product has at most {MAX_PHOTOS} pictures")
        return _record_pictures(session, sku, [*held, new], services)

    try:
        number = _change(sku, "Added a picture of {}", "", add, conditions, by, services)
    except BaseException:
        remove_unreferenced([new.photo_digest], services=services)
        raise
    return number


def arrange_pictures(
    sku: str, digests: Sequence[str], conditions: Conditions, *, by: Actor, services: Services
) -> int | None:
    """Let a product have just these of its pictures, in this order; the first is the main one.

    Raises:
        Contradiction: it has not got one of them, or it is named twice.
        UnknownProduct, ConditionFailed: as `edit_product`.
    """

    def arrange(session: Session, sku: str) -> LetGo:
        held = {each.photo_digest: each for each in _held(session, sku)}
        if len(set(digests)) != len(digests) or not set(digests) <= held.keys():
            raise Contradiction(f"the product '{sku}' has other pictures than those named")
        return _record_pictures(session, sku, [held[each] for each in digests], services)

    return _change(sku, "Arranged pictures of {}", "", arrange, conditions, by, services)


def _change(
    sku: str,
    name: str,
    told: str,
    do: Callable[[Session, str], LetGo],
    conditions: Conditions,
    by: Actor,
    services: Services,
    action: str = "product.change",
) -> int | None:
    with services.database.writing() as session:
        sku = meant_sku(session, sku)
        found_mark(session, sku, conditions)
        with undoable(session, [sku], by=by, name=name.format(sku)) as kept:
            let_go = do(session, sku)
        if kept.changed:
            record(session, by, action, sku, f"{told} (change {kept.number})".strip())
    remove_unreferenced(let_go, services=services)
    return kept.number


def _held(session: Session, sku: str) -> list[PhotoRecord]:
    held = products.source_digests(session, [sku])[sku]
    return [PhotoRecord(source, digest) for source, digest in held]


def _record_pictures(
    session: Session, sku: str, wanted: Sequence[PhotoRecord], services: Services
) -> LetGo:
    _, let_go = record_one(session, ProductRecord(sku, photos=tuple(wanted)), services=services)
    return let_go
