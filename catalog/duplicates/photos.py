"""What photos are known by, and how far they were compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.duplicates.tables import ComparedPhotos
from catalog.models import Photo, Product, Reading
from catalog.stored import StoredReading

_PHOTO: Table = Photo.__table__  # type: ignore[assignment]
_ROW = 1


class HashedPhoto(NamedTuple):
    """A photo, and what it is known by."""

    id: int
    product_id: int
    digest: str
    perceptual_hash: bytes  # empty: not worked out yet


_EVERY: "Select[*tuple[Any, ...]]" = select(
    Photo.id, Photo.product_id, Photo.digest, func.coalesce(Photo.perceptual_hash, b"")
)


def stream_hashes(
    session: Session, after: int = 0, chunk: int = 10_000
) -> Iterator[Sequence[HashedPhoto]]:
    """Load all photos beyond an id, `chunk` at a time, by ascending id."""
    while True:
        query = _EVERY.where(Photo.id > after).order_by(Photo.id).limit(chunk)
        found = _load(session, query)
        if found:
            yield found
        if len(found) < chunk:
            return
        after = found[-1].id


def hashes_of(session: Session, photo_ids: Iterable[int]) -> dict[int, HashedPhoto]:
    """Load those of these photos that there are."""
    return {each.id: each for each in _load(session, _EVERY.where(_among(photo_ids)))}


def hashes_of_products(
    session: Session, product_ids: Sequence[int]
) -> dict[int, list[HashedPhoto]]:
    """Load the photos of products, in their order."""
    query = _EVERY.where(Photo.product_id.in_(listed(product_ids)))
    found: dict[int, list[HashedPhoto]] = {id_: [] for id_ in product_ids}
    for each in _load(session, query.order_by(Photo.position, Photo.id)):
        found[each.product_id].append(each)
    return found


class OwnerFacts(NamedTuple):
    """What is told of a photo's product, as far as it says whether two are one."""

    sku: str
    style: str | None  # folded
    shop_colour: str | None  # in the shop's own word
    colour: str | None  # the model's


def owners_of(session: Session, photo_ids: Sequence[int]) -> dict[int, OwnerFacts]:
    """Return what is told of the products of these photos, by the photo."""
    columns = Product.__table__.c
    query = (
        select(Photo.id, Product.sku, Product.folded_style, columns.shop_colour, Product.colour)
        .join(Product, Product.id == Photo.product_id)
        .where(_among(photo_ids))
    )
    return {row[0]: OwnerFacts(*row[1:]) for row in session.execute(query)}


def stored_of(
    session: Session, fingerprint: str, photo_ids: Sequence[int]
) -> dict[int, StoredReading]:
    """Load all that a model read in those of these photos that it has read."""
    query = select(Reading).where(
        Reading.fingerprint == fingerprint, Reading.photo_id.in_(listed(photo_ids))
    )
    names = [field.name for field in fields(StoredReading)]
    return {
        row.photo_id: StoredReading(**{name: getattr(row, name) for name in names})
        for row in session.scalars(query)
    }


def put_hashes(session: Session, hashes: Mapping[int, bytes]) -> None:
    """Note what photos are known by; those that are gone are passed over."""
    if hashes:
        change = update(_PHOTO).where(_PHOTO.c.id == bindparam("its_id"))
        rows = [{"its_id": id_, "perceptual_hash": data} for id_, data in hashes.items()]
        session.connection().execute(change, rows)


def progress_of(session: Session) -> ComparedPhotos:
    """Load how far photos were compared, to be changed where the session writes."""
    row = session.get(ComparedPhotos, _ROW)
    if row is None:
        row = ComparedPhotos(id=_ROW, newest=0, older_from=0, older_to=0)
        session.add(row)
    return row


def next_photos(session: Session, after: int, until: int | None, most: int) -> list[int]:
    """Return the ids of the next photos beyond one, up to another, ascending."""
    query = select(Photo.id).where(Photo.id > after)
    if until is not None:
        query = query.where(Photo.id <= until)
    return list(session.scalars(query.order_by(Photo.id).limit(most)))


def count_photos(session: Session, after: int, until: int | None = None) -> int:
    """Count the photos beyond an id, up to another."""
    query = select(func.count(Photo.id)).where(Photo.id > after)
    if until is not None:
        query = query.where(Photo.id <= until)
    return session.scalar(query) or 0


def newest_photo(session: Session) -> int:
    """Return the highest id of a photo; 0 where there is none."""
    return session.scalar(select(func.max(Photo.id))) or 0


def _among(photo_ids: Iterable[int]) -> ColumnElement[bool]:
    return Photo.id.in_(listed(photo_ids))


def _load(session: Session, query: "Select[*tuple[Any, ...]]") -> list[HashedPhoto]:
    return [HashedPhoto(*row) for row in session.execute(query)]
