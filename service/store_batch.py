"""The one way by which products, photos and readings enter the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import batches, products, promotions
from catalog.stored import StoredPhoto, StoredProduct
from embeddings.types import Encoder, Reading
from service.embedding_rows import stored_reading
from service.models import Model
from service.pictures import remove_unreferenced
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """A photo of a product: put into the store and read, or there already by its source.

    Without `photo_digest` and `reading` it is the photo that the product already has from a
    file of this `source_digest` (see `known_sources`), which spares decoding and reading it.
    """

    source_digest: str  # SHA-256 of the file's bytes
    photo_digest: str | None = None  # what the store gave for it
    reading: Reading | None = None  # by the model that answers now


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """One product as it is to be."""

    sku: str
    title: str
    url: str | None = None
    price_cents: int | None = None
    currency: str | None = None
    stock: int = 0
    category: str | None = None  # a person's word; None leaves what a person said before
    photos: tuple[PhotoRecord, ...] | None = None  # all of them in order; None: as they are


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of each SKU of a batch."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    retry: tuple[str, ...] = ()  # not written: put and read all their photos, and come again


def record_batch(
    items: Sequence[ProductRecord], *, services: Services, fingerprint: str | None = None
) -> BatchOutcome:
    """Add or update products by SKU, with photos and readings, in one transaction.

    `fingerprint` is that of the model that made the readings; without it they are taken for the
    present model's. The same batch again changes nothing and appends nothing to the feed. What
    a person said of a category stays, unless an item brings a person's word of its own. The
    first batch of a catalogue promotes the model of the settings.

    `retry` names products of which another process has meanwhile removed what this batch relied
    on: a photo, a picture, or the model that read them.

    Raises:
        ValueError: a SKU comes twice in the batch.
    """
    with services.database.writing() as session:
        model = _promoted(session, services)
        if fingerprint not in (None, model.fingerprint):
            return BatchOutcome(retry=tuple(item.sku for item in items))
        # Pictures are removed only while nobody writes, so those there now will stay.
        whole = [item for item in items if _has_pictures(item, services)]
        written = batches.write(
            session, model.fingerprint, [_stored(item, model.encoder) for item in whole]
        )
    remove_unreferenced(written.let_go, services=services)
    lacking = {item.sku for item in items} - {item.sku for item in whole}
    return BatchOutcome(
        added=tuple(written.added),
        updated=tuple(written.updated),
        unchanged=tuple(written.unchanged),
        retry=(*written.retry, *sorted(lacking)),
    )


def known_sources(skus: Iterable[str], *, services: Services) -> dict[str, tuple[str, ...]]:
    """Give the source digests of the photos that these products have, in their order.

    Left out are products that do not exist, and photos whose picture was lost: importing such
    a one again puts it back.
    """
    with services.database.reading() as session:
        found = products.source_digests(session, skus)
    return {
        sku: tuple(source for source, digest in photos if digest in services.store)
        for sku, photos in found.items()
    }


def finish_import(*, services: Services) -> None:
    """Bring the index up to date and write its snapshot, so that the next start is quick."""
    services.index.save_snapshot()


def _promoted(session: Session, services: Services) -> Model:
    current = promotions.current(session)
    if current is not None:
        return services.models.of(current.fingerprint, current.source)
    model = services.models.first()
    promotions.promote(session, model.fingerprint, model.name, model.source)
    return model


def _has_pictures(item: ProductRecord, services: Services) -> bool:
    digests = [photo.photo_digest for photo in item.photos or ()]
    return all(digest is None or digest in services.store for digest in digests)


def _stored(item: ProductRecord, encoder: Encoder) -> StoredProduct:
    photos = None
    if item.photos is not None:
        photos = tuple(
            StoredPhoto(
                photo.source_digest,
                photo.photo_digest,
                None if photo.reading is None else stored_reading(photo.reading, encoder),
            )
            for photo in item.photos
        )
    return StoredProduct(
        sku=item.sku,
        title=item.title,
        url=item.url,
        price_cents=item.price_cents,
        currency=item.currency,
        stock=item.stock,
        category=item.category,
        photos=photos,
    )
