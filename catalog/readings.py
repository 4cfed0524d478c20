"""What models read in photos: stored, streamed to an index, and summed up as categories."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypedDict

from sqlalchemy import (
    ColumnElement,
    Table,
    delete,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session

from catalog.dialect.lists import as_list, in_list, listed
from catalog.dialect.tables import insert_rows, row_number
from catalog.models import Photo, Product, Reading
from catalog.stored import StoredReading

_TABLE: Table = Reading.__table__  # type: ignore[assignment]


class ReadingRow(TypedDict):
    """One row of the table of readings."""

    photo_id: int
    fingerprint: str
    label: str
    confidence: float
    probabilities: bytes
    embedding: bytes
    colour: str | None
    colour_confidence: float | None


def reading_row(photo_id: int, reading: StoredReading) -> ReadingRow:
    """Return what a model read in a photo as a row of the table."""
    return ReadingRow(
        photo_id=photo_id,
        fingerprint=reading.fingerprint,
        label=reading.label,
        confidence=reading.confidence,
        probabilities=reading.probabilities,
        embedding=reading.embedding,
        colour=reading.colour,
        colour_confidence=reading.colour_confidence,
    )


_LARGEST = 2**62  # no id is as large
EmbeddingRow: TypeAlias = tuple[int, bytes]  # photo id, embedding

# A product is what its first photo shows.
_NAME_CATEGORIES = """
    UPDATE product SET (model_category, model_confidence, colour, colour_confidence) = (
        SELECT reading.label, reading.confidence, reading.colour, reading.colour_confidence
        FROM photo LEFT JOIN reading
          ON reading.photo_id = photo.id AND reading.fingerprint = :fingerprint
        WHERE photo.product_id = product.id
        ORDER BY photo.position, photo.id LIMIT 1)
"""
_SOME = text(_NAME_CATEGORIES + " WHERE product.id " + in_list(":ids"))
_ALL = text(_NAME_CATEGORIES)


def _beyond(after: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Say that an id comes after this one; of a damaged row it is a text, beyond all numbers."""
    return Reading.photo_id > after, Reading.photo_id < _LARGEST


def put(session: Session, rows: Sequence[ReadingRow]) -> None:
    """Store readings, in place of those that the same model made of the same photos."""
    insert_rows(session, _TABLE, rows, replace=True)


def name_categories(
    session: Session, fingerprint: str, product_ids: Iterable[int] | None = None
) -> None:
    """Write this model's categories and colours to these products, or all; human labels stay."""
    if product_ids is None:
        session.execute(_ALL, {"fingerprint": fingerprint})
    else:
        ids = as_list(product_ids)
        session.execute(_SOME, {"fingerprint": fingerprint, "ids": ids})


def embeddings_of(
    session: Session, fingerprint: str, photo_ids: Sequence[int]
) -> Sequence[EmbeddingRow]:
    """Load the embeddings of those photos that this model has read, by ascending id."""
    query = (
        select(Reading.photo_id, Reading.embedding)
        .where(Reading.fingerprint == fingerprint, Reading.photo_id.in_(listed(photo_ids)))
        .order_by(Reading.photo_id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def stream_embeddings(
    session: Session, fingerprint: str, chunk: int
) -> Iterator[Sequence[EmbeddingRow]]:
    """Load all embeddings of a model, `chunk` rows at a time, by ascending id."""
    after = -1
    while True:
        query = (
            select(Reading.photo_id, Reading.embedding)
            .where(*_beyond(after), Reading.fingerprint == fingerprint)
            .order_by(Reading.photo_id)
            .limit(chunk)
        )
        rows = [(row[0], row[1]) for row in session.execute(query)]
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        after = rows[-1][0]


def stream_whole(
    session: Session, fingerprint: str, chunk: int
) -> Iterator[Sequence[tuple[int, bytes, bytes]]]:
    """Load all readings of a model: photo id, embedding, probabilities; `chunk` at a time."""
    after = -1
    while True:
        query = (
            select(Reading.photo_id, Reading.embedding, Reading.probabilities)
            .where(*_beyond(after), Reading.fingerprint == fingerprint)
            .order_by(Reading.photo_id)
            .limit(chunk)
        )
        rows = [(row[0], row[1], row[2]) for row in session.execute(query)]
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        after = rows[-1][0]


def count(session: Session, fingerprint: str) -> int:
    """Count a model's readings."""
    query = select(func.count()).where(Reading.fingerprint == fingerprint)
    return session.scalar(query) or 0


def photos_of_rows(session: Session, fingerprint: str, rows: Sequence[int]) -> Sequence[int]:
    """Return of which photos these rows, by the database's own number, are a model's readings."""
    query = select(Reading.photo_id).where(
        Reading.fingerprint == fingerprint, row_number(_TABLE).in_(listed(rows))
    )
    return session.scalars(query).all()


def rows_of_others(session: Session, fingerprint: str, rows: Sequence[int]) -> Sequence[int]:
    """Return those of these rows, by the database's own number, that another model read."""
    number = row_number(_TABLE)
    query = select(number).where(Reading.fingerprint != fingerprint, number.in_(listed(rows)))
    return session.scalars(query.select_from(Reading)).all()


def forget_rows(session: Session, rows: Sequence[int]) -> None:
    """Delete readings by the database's own number of their rows."""
    number = row_number(_TABLE)
    session.execute(delete(Reading).where(number.in_(listed(rows))))


def photos(session: Session, ids: Sequence[int]) -> Sequence[Photo]:
    """Load these photos; those that are gone are left out."""
    return session.scalars(select(Photo).where(Photo.id.in_(listed(ids)))).all()


def photos_without(session: Session, fingerprint: str, after: int, most: int) -> Sequence[Photo]:
    """Return up to `most` photos beyond id `after` that a model has not read, by ascending id."""
    read = exists().where(Reading.photo_id == Photo.id, Reading.fingerprint == fingerprint)
    query = select(Photo).where(Photo.id > after, ~read).order_by(Photo.id).limit(most)
    return session.scalars(query).all()


def count_without(session: Session, fingerprint: str) -> int:
    """Count the photos that a model has not read."""
    read = exists().where(Reading.photo_id == Photo.id, Reading.fingerprint == fingerprint)
    return session.scalar(select(func.count(Photo.id)).where(~read)) or 0


def first_embedding(session: Session, fingerprint: str, product_id: int) -> Sequence[EmbeddingRow]:
    """Load the embedding of a product's first photo that this model has read, if any."""
    query = (
        select(Reading.photo_id, Reading.embedding)
        .join(Photo, Photo.id == Reading.photo_id)
        .where(Photo.product_id == product_id, Reading.fingerprint == fingerprint)
        .order_by(Photo.position, Photo.id)
        .limit(1)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def models(session: Session) -> dict[str, int]:
    """Count the readings of each model, by its fingerprint."""
    query = select(Reading.fingerprint, func.count()).group_by(Reading.fingerprint)
    return {row[0]: row[1] for row in session.execute(query)}


def forget_model(session: Session, fingerprint: str) -> None:
    """Delete all that a model has read."""
    session.execute(delete(Reading).where(Reading.fingerprint == fingerprint))


def forget(session: Session, photo_ids: Sequence[int], fingerprint: str | None = None) -> None:
    """Delete a model's readings of these photos; without a fingerprint every model's."""
    statement = delete(Reading).where(Reading.photo_id.in_(listed(photo_ids)))
    if fingerprint is not None:
        statement = statement.where(Reading.fingerprint == fingerprint)
    session.execute(statement)


def wrong_categories(session: Session, fingerprint: str) -> Sequence[str]:
    """Return the SKUs whose stored model category or colour is not what the readings say."""
    first = (
        select(Photo.id)
        .where(Photo.product_id == Product.id)
        .order_by(Photo.position, Photo.id)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
    query = (
        select(Product.sku)
        .outerjoin(Reading, (Reading.photo_id == first) & (Reading.fingerprint == fingerprint))
        .where(
            Product.model_category.is_distinct_from(Reading.label)
            | Product.colour.is_distinct_from(Reading.colour)
        )
    )
    return session.scalars(query.order_by(Product.id)).all()


def without_colour(session: Session, fingerprint: str) -> Sequence[int]:
    """Return the photos in which this model read no colour, by ascending id."""
    query = select(Reading.photo_id).where(
        Reading.fingerprint == fingerprint, Reading.colour.is_(None)
    )
    return session.scalars(query.order_by(Reading.photo_id)).all()


def owners(session: Session, photo_ids: Sequence[int]) -> dict[int, int]:
    """Return which product each of these photos is of; photos that are gone are left out."""
    query = select(Photo.id, Photo.product_id).where(Photo.id.in_(listed(photo_ids)))
    return {row[0]: row[1] for row in session.execute(query)}
