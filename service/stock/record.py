"""The one way by which products, photos and readings enter the catalogue."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import batches, products, promotions
from catalog.differences import Differences
from catalog.stored import PhotoRecord, ProductRecord, Written
from catalog.vocabulary import Meaning, Vocabulary
from embeddings.files import names
from service.models.registry import Model
from service.stock.pictures import remove_unreferenced
from service.wiring import Services

__all__ = ["BatchOutcome", "PhotoRecord", "ProductRecord", "record_batch"]


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of each SKU of a batch."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # nothing was taken, since a person has said otherwise
    retry: tuple[str, ...] = ()  # not written: gather them anew, and come again
    notes: tuple[tuple[str, str], ...] = ()  # SKU, what was not done of it and why


def record_batch(
    items: Sequence[ProductRecord],
    *,
    services: Services,
    beside: Callable[[Session, BatchOutcome], None] | None = None,
) -> BatchOutcome:
    """Add or update products by SKU, with photos and readings, in one transaction.

    What an item does not say stays as it is at that moment, whoever has changed it since the
    batch was gathered, and what a person said of a category stays too, unless an item brings
    a person's later word. The same batch again changes nothing and appends nothing to the feed.
    The first batch of a catalogue promotes the model of the settings.

    `retry` names products of which another process has meanwhile removed what this batch relied
    on: the product, a photo, a picture, or the model that read them. `beside` is called within the
    transaction, which what it raises undoes.

    Raises:
        ValueError: a SKU comes twice in the batch.
    """
    with services.database.writing() as session:
        outcome, let_go = record_within(session, items, services=services)
        if beside is not None:
            beside(session, outcome)
    remove_unreferenced(let_go, services=services)
    return outcome


def record_within(
    session: Session, items: Sequence[ProductRecord], *, services: Services
) -> tuple[BatchOutcome, list[str]]:
    """Do the same within a transaction that writes, beside what else is to be done in it.

    Returns what became of the batch, and the pictures that products let go of: hand those to
    `remove_unreferenced` once the transaction is over.

    Raises:
        ValueError: a SKU comes twice in the batch.
    """
    model = _promoted(session, services)
    # Pictures are removed only while nobody writes, so those there now will stay.
    whole = [item for item in items if _has_pictures(item, services)]
    written = batches.write(session, model.fingerprint, whole, model.labels, names.key)
    lacking = {item.sku for item in items} - {item.sku for item in whole}
    return _outcome(written, lacking), written.let_go


def rehearse_batch(
    items: Sequence[ProductRecord], *, services: Services, meanings: Sequence[Meaning] = ()
) -> BatchOutcome:
    """Return what `record_batch` would do, and write nothing, not even an empty catalogue.

    The pictures need not be in the store. `meanings` are of words that would be learned before.

    Raises:
        ValueError: a SKU comes twice in the batch.
    """
    there = services.settings.database.exists()
    labels: tuple[str, ...] = ()
    if any(item.word is not None for item in items):  # or else no network need be opened
        labels = (services.model if there else services.models.first()).labels
    if not there:  # opening it would make it
        empty = Differences("", Vocabulary(labels, meanings))
        for item in items:
            empty.add(item)
        return _outcome(empty.written)
    with services.database.reading() as session:
        found = batches.compare(session, _fingerprint(session), items, labels, names.key, meanings)
        return _outcome(found.written)


def present_fingerprint(*, services: Services) -> str:
    """Return the promoted model's fingerprint, empty where there is none, and open no network."""
    if not services.settings.database.exists():
        return ""
    with services.database.reading() as session:
        return _fingerprint(session)


def known_sources(skus: Iterable[str], *, services: Services) -> dict[str, tuple[str, ...]]:
    """Return the source digests of the photos that these products have, in their order.

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


def _fingerprint(session: Session) -> str:
    current = promotions.current(session)
    return "" if current is None else current.fingerprint


def _promoted(session: Session, services: Services) -> Model:
    current = promotions.current(session)
    if current is not None:
        return services.models.of(current.fingerprint, current.source)
    model = services.models.first()
    services.models.keep(model)
    promotions.promote(session, model.fingerprint, model.name, model.source)
    return model


def _has_pictures(item: ProductRecord, services: Services) -> bool:
    digests = [photo.photo_digest for photo in item.photos or ()]
    return all(digest is None or digest in services.store for digest in digests)


def _outcome(written: Written, lacking: Iterable[str] = ()) -> BatchOutcome:
    return BatchOutcome(
        added=tuple(written.added),
        updated=tuple(written.updated),
        unchanged=tuple(written.unchanged),
        kept=tuple(written.kept),
        retry=(*written.retry, *sorted(lacking)),
        notes=tuple(written.notes),
    )
