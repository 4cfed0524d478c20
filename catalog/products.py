"""Single products, and what is said of all of them together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import LargeBinary, cast, delete, func, select
from sqlalchemy.orm import Session, selectinload

from catalog import changes, readings
from catalog.dialect.lists import gathered, listed
from catalog.dialect.tables import orphans, torn_pages
from catalog.duplicates.pairs import forget_open
from catalog.earlier_words import EarlierWord
from catalog.errors import UnknownProduct
from catalog.filters import is_text
from catalog.labelling import Speaker, is_files
from catalog.models import ChangeKind, Photo, Product, now
from catalog.staff_changes import kept_pictures, stream_kept


def by_sku(session: Session, sku: str) -> Product:
    """Load a product with its photos. Raises: UnknownProduct."""
    query = select(Product).where(Product.sku == sku).options(selectinload(Product.photos))
    # Half a surrogate pair cannot even be asked for.
    found = session.scalars(query).one_or_none() if is_text(sku) else None
    if found is None:
        raise UnknownProduct(f"no product has the SKU {sku!r}")
    return found


def count(session: Session) -> int:
    """Count the products."""
    return session.scalar(select(func.count(Product.id))) or 0


def by_category(session: Session) -> Sequence[tuple[str | None, str]]:
    """Return the ids of the products of each category, in no order, with commas between."""
    query = select(Product.category, gathered(Product.id)).group_by(Product.category)
    return [(row[0], row[1]) for row in session.execute(query)]


def categories_of(session: Session, product_ids: Sequence[int]) -> dict[int, str | None]:
    """Return the category of those of these products that there are."""
    query = select(Product.id, Product.category).where(Product.id.in_(listed(product_ids)))
    return {row[0]: row[1] for row in session.execute(query)}


def colour_counts(session: Session) -> Sequence[tuple[str, int]]:
    """Count the products of each colour, by name; those without a colour are left out."""
    query = (
        select(Product.colour, func.count())
        .where(Product.colour.is_not(None))
        .group_by(Product.colour)
        .order_by(Product.colour)
    )
    return [(str(name), products) for name, products in session.execute(query)]


def source_digests(session: Session, skus: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return source and stored digest of each photo, in order, of those products that exist."""
    query = (
        select(Product.sku, Photo.source_digest, Photo.digest)
        .outerjoin(Photo, Photo.product_id == Product.id)
        .where(Product.sku.in_(listed([sku for sku in skus if is_text(sku)])))
        .order_by(Product.id, Photo.position, Photo.id)
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for sku, source, digest in session.execute(query):
        photos = found[sku]  # a product without photos is there, too
        if digest is not None:
            photos.append((source, digest))
    return dict(found)


def label(
    session: Session, product: Product, category: str | None, at: datetime | None = None
) -> bool:
    """Set a person's category, or with None leave it to the model; say whether it is news.

    To leave it to the model is a decision, too: no file's word takes its place. To say what a file
    has said is news: it is a person's word from then on.
    """
    same = product.human_category == category and (category or product.labelled_at is not None)
    if same and not is_files(product.human_category, product.labelled_by):
        return False
    if product.labelled_at is not None:
        session.add(_earlier(product))
    _say(session, product, category, at or now(), Speaker.PERSON)
    return True


def take_back(session: Session, product: Product) -> bool:
    """Make a product what a person had said before their last word; say whether there was one."""
    if product.labelled_at is None and product.human_category is None:
        return False
    query = select(EarlierWord).where(EarlierWord.product_id == product.id)
    before = session.scalars(query.order_by(EarlierWord.id.desc()).limit(1)).first()
    if before is None:
        _say(session, product, None, None, None)
    else:
        _say(session, product, before.category, before.labelled_at, before.labelled_by)
        session.delete(before)
    return True


def _earlier(product: Product) -> EarlierWord:
    return EarlierWord(
        product_id=product.id,
        category=product.human_category,
        labelled_at=product.labelled_at,
        labelled_by=product.labelled_by,
    )


def _say(
    session: Session, product: Product, category: str | None, at: datetime | None, by: str | None
) -> None:
    product.human_category, product.labelled_at, product.labelled_by = category, at, by
    session.flush()
    changes.append_products(session, [product.id])


def delete_all(session: Session, skus: Iterable[str]) -> tuple[list[str], list[str]]:
    """Delete products with photos and readings: the SKUs that there were, and their pictures.

    A picture may still belong to other products.
    """
    listed_skus = listed([sku for sku in skus if is_text(sku)])
    found = session.execute(
        select(Product.id, Product.sku).where(Product.sku.in_(listed_skus)).order_by(Product.id)
    ).all()
    ids = [row.id for row in found]
    photos = session.execute(
        select(Photo.id, Photo.digest).where(Photo.product_id.in_(listed(ids)))
    ).all()
    delete_photos(session, [row.id for row in photos])
    session.execute(delete(Product).where(Product.id.in_(listed(ids))))
    if ids:
        forget_open(session, ids)
        changes.append_products(session, ids)
        changes.prune(session)
    return [row.sku for row in found], [row.digest for row in photos]


def delete_photos(session: Session, photo_ids: Sequence[int]) -> None:
    """Delete photos with their readings, and tell the indexes."""
    if not photo_ids:
        return
    changes.append(session, ChangeKind.REMOVE, photo_ids)
    readings.forget(session, photo_ids)
    session.execute(delete(Photo).where(Photo.id.in_(listed(photo_ids))))


def skus(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the SKUs of these products, by id; also of a row whose text was damaged."""
    query = select(Product.id, cast(Product.sku, LargeBinary)).where(Product.id.in_(listed(ids)))
    return {id_: sku.decode("utf-8", "replace") for id_, sku in session.execute(query)}


def showing(session: Session, digest: str) -> Sequence[str]:
    """Return the SKUs of the products that show a picture."""
    query = select(Product.sku).join(Photo).where(Photo.digest == digest).distinct()
    return session.scalars(query.order_by(Product.id)).all()


def unreferenced(session: Session, digests: Iterable[str]) -> list[str]:
    """Return those of these pictures that no photo shows and no undo may want."""
    found = unshown(session, digests)
    kept = kept_pictures(session, found)
    return [digest for digest in found if digest not in kept]


def unshown(session: Session, digests: Iterable[str]) -> list[str]:
    """Return those of these pictures that no photo shows."""
    asked = sorted(set(digests))
    query = select(Photo.digest).where(Photo.digest.in_(listed(asked))).distinct()
    used = set(session.scalars(query))
    return [digest for digest in asked if digest not in used]


def stream_digests(session: Session, chunk: int = 5_000) -> Iterable[Sequence[str]]:
    """Return the digests of all pictures in use, some at a time, each once."""
    after = ""
    while True:
        query = select(Photo.digest).where(Photo.digest > after).distinct()
        found = session.scalars(query.order_by(Photo.digest).limit(chunk)).all()
        if found:
            yield found
        if len(found) < chunk:
            return
        after = found[-1]


def stream_every_picture(session: Session) -> Iterable[Sequence[str]]:
    """Return likewise those in use and then those kept for an undo; one may be both."""
    return chain(stream_digests(session), stream_kept(session))


def count_photos(session: Session) -> int:
    """Count the pictures of all products; one that several products show counts for each."""
    return session.scalar(select(func.count()).select_from(Photo)) or 0


def count_pictures(session: Session) -> int:
    """Count the different pictures in use."""
    return session.scalar(select(func.count(Photo.digest.distinct()))) or 0


def complaints(session: Session) -> list[str]:
    """Return what is wrong with the database itself: torn pages, rows that refer to nothing."""
    lost = [
        f"row {number} of {table} refers to a missing {referred}"
        for table, number, referred in orphans(session)
    ]
    return torn_pages(session) + lost
