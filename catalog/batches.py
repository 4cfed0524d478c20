"""Writes many products at once: only what differs is written, and every change is in the feed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from catalog import changes, products, readings
from catalog.dialect.lists import listed
from catalog.dialect.tables import insert_rows, next_id
from catalog.differences import Differences, HeldPhoto, Pending
from catalog.duplicates.moved import moves_of
from catalog.earlier_words import EarlierWord
from catalog.facts import FOLDED
from catalog.models import ChangeKind, Photo, Product, Reading
from catalog.stored import ProductRecord, Written
from catalog.vocabulary import Meaning, Vocabulary
from catalog.words import fold

_PRODUCT: Table = Product.__table__  # type: ignore[assignment]
_PHOTO: Table = Photo.__table__  # type: ignore[assignment]


def write(
    session: Session,
    fingerprint: str,
    items: Sequence[ProductRecord],
    labels: Iterable[str],
    key: Callable[[str], str],
) -> Written:
    """Write a batch; `fingerprint` and `labels` are the promoted model's. Again it does nothing.

    SKUs with one `key` are one to a person: what was merged stays out however it is spelled.

    What is said is merged here with what is there: nobody else writes during this transaction,
    so nothing that another has said since the batch was gathered is taken back.

    Raises:
        ValueError: a SKU comes twice.
    """
    found = compare(session, fingerprint, items, labels, key)
    _flush(session, fingerprint, found.pending)
    return found.written


def compare(
    session: Session,
    fingerprint: str,
    items: Sequence[ProductRecord],
    labels: Iterable[str],
    key: Callable[[str], str],
    meanings: Iterable[Meaning] = (),
) -> Differences:
    """Find what writing a batch would change, and write nothing.

    `meanings` of words count beside those that the catalogue knows.

    Raises:
        ValueError: a SKU comes twice.
    """
    skus = [item.sku for item in items]
    if len(set(skus)) != len(skus):
        raise ValueError("a batch has each SKU once")
    query = select(_PRODUCT).where(_PRODUCT.c.sku.in_(listed(skus)))
    known = {row.sku: row for row in session.execute(query)}
    held = _photos_of(session, fingerprint, [row.id for row in known.values()])
    speaks = any(item.word is not None for item in items)
    vocabulary = Vocabulary.of(session, labels, meanings) if speaks else Vocabulary()
    # To a writer these ids are its own, for nobody else writes meanwhile.
    next_ids = next_id(session, _PRODUCT), next_id(session, _PHOTO)
    found = Differences(fingerprint, vocabulary, *next_ids)
    moves = moves_of(session, [sku for sku in skus if sku not in known], key)
    for item in items:
        row = known.get(item.sku)
        if row is None and item.sku in moves and item.former is None:
            found.leave_out(item.sku, moves[item.sku].told)  # it comes back by an undo alone
        elif row is None:
            found.add(item)
        else:
            found.change(item, row, held[row.id])
    return found


def _photos_of(
    session: Session, fingerprint: str, product_ids: Sequence[int]
) -> dict[int, list[HeldPhoto]]:
    query = (
        select(Photo, Reading.photo_id)
        .outerjoin(Reading, (Reading.photo_id == Photo.id) & (Reading.fingerprint == fingerprint))
        .where(Photo.product_id.in_(listed(product_ids)))
        .order_by(Photo.position, Photo.id)
        .with_only_columns(
            Photo.id,
            Photo.product_id,
            Photo.digest,
            Photo.source_digest,
            Photo.position,
            Reading.photo_id,
        )
    )
    found: dict[int, list[HeldPhoto]] = defaultdict(list)
    for id_, product_id, digest, source_digest, position, read in session.execute(query):
        photo = HeldPhoto(id_, digest, source_digest, position, read is not None)
        found[product_id].append(photo)
    return found


def _folded(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        column: None if row[name] is None else fold(row[name]) for name, column in FOLDED.items()
    }


def _flush(session: Session, fingerprint: str, pending: Pending) -> None:
    def run(statement: Any, rows: Sequence[Any]) -> None:
        if rows:
            session.execute(statement, rows)

    products.delete_photos(session, pending.gone)
    run(insert(_PRODUCT), pending.products)
    facts = [row | _folded(row) for row in pending.facts]
    run(update(_PRODUCT).where(_PRODUCT.c.id == bindparam("its_id")), facts)
    run(insert(EarlierWord), pending.earlier)
    insert_rows(session, _PHOTO, pending.photos)
    for rows in (pending.moved, pending.sources):
        change = update(_PHOTO).where(_PHOTO.c.id == bindparam("its_id"))
        run(change, rows)
    readings.put(session, pending.readings)
    if pending.renamed:
        readings.name_categories(session, fingerprint, pending.renamed)
    changes.append(session, ChangeKind.UPSERT, [row["photo_id"] for row in pending.readings])
    new = [row["id"] for row in pending.products]
    changes.append_products(session, new + [row["its_id"] for row in pending.facts])
    changes.prune(session)
