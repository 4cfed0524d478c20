"""Makes two products one: what the one that stays lacks comes over from the one that leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import products, promotions
from catalog.duplicates.moved import move_all
from catalog.duplicates.photos import HashedPhoto, hashes_of_products, stored_of
from catalog.errors import Contradiction
from catalog.exported import WholeProduct
from catalog.facts import FACTS, Kind
from catalog.labelling import Speaker, Word, is_files
from catalog.stored import PhotoRecord, ProductFacts, ProductRecord, StoredReading
from service.duplicates.handing_over import hand_over
from service.duplicates.rules import SURE_BITS
from service.duplicates.seen import has_seen, seen_of
from service.importing.formats.values import MAX_PHOTOS
from service.stock.record import record_within
from service.wiring import Services

_OF_PRICES = ("currency",)  # beside the facts that are prices
_STAYS_OUT = ("url",)  # it leads to the page of a product that is withdrawn


@dataclass(frozen=True, slots=True)
class Merger:
    """What would come over, were two products made one."""

    facts: ProductFacts  # that the one that stays lacks
    word: Word | None  # on the other one, where nobody whose word counts as much spoke of the first
    photos: tuple[HashedPhoto, ...]  # that it does not show yet, however they are saved
    left_behind: int  # pictures beyond as many as a product may have


def plan_merger(session: Session, stays: WholeProduct, leaves: WholeProduct) -> Merger:
    """Find what would come over."""
    photos = hashes_of_products(session, [stays.id, leaves.id])
    return plan_of(stays, leaves, photos[stays.id], photos[leaves.id])


def plan_of(
    stays: WholeProduct,
    leaves: WholeProduct,
    shown: Sequence[HashedPhoto],
    others: Sequence[HashedPhoto],
) -> Merger:
    """Find what would come over, from what each of them says and shows."""
    seen = seen_of(shown)
    new = [photo for photo in others if not has_seen(seen, photo, SURE_BITS)]
    room = max(0, MAX_PHOTOS - len(shown))
    return Merger(
        facts=_missing(stays, leaves),
        word=_word_of(stays, leaves),
        photos=tuple(new[:room]),
        left_behind=len(new[room:]),
    )


def merge_all(
    session: Session,
    mergers: Sequence[tuple[WholeProduct, WholeProduct]],
    by: str,
    *,
    services: Services,
) -> list[str]:
    """Make each two products one, the first of them, within a transaction that writes.

    No product is in two mergers. Returns the pictures that nothing may show any more: hand them to
    `remove_unreferenced`.

    Raises:
        Contradiction: a picture was lost, or not read by the model that answers.
    """
    photos = hashes_of_products(session, [each.id for both in mergers for each in both])
    plans = [
        plan_of(stays, leaves, photos[stays.id], photos[leaves.id]) for stays, leaves in mergers
    ]
    model = promotions.current(session)
    come_over = [photo.id for plan in plans for photo in plan.photos]
    read = stored_of(session, "" if model is None else model.fingerprint, come_over)
    items = [
        ProductRecord(
            sku=stays.sku,
            facts=plan.facts,
            word=plan.word,
            photos=(*_as_held(stays), *_as_new(leaves, plan.photos, read)) if plan.photos else None,
        )
        for (stays, leaves), plan in zip(mergers, plans, strict=True)
    ]
    outcome, let_go = record_within(session, items, services=services)
    for stays, leaves in mergers:
        if stays.sku in outcome.retry:
            raise Contradiction(
                f"a picture of '{leaves.sku}' was lost or was not read by the model that answers "
                "now: run lookalike verify --repair"
            )
    hand_over(session, mergers)
    _, gone = products.delete_all(session, [leaves.sku for _, leaves in mergers])
    move_all(session, {leaves.sku: stays.sku for stays, leaves in mergers}, by)
    return let_go + gone


def _word_of(stays: WholeProduct, leaves: WholeProduct) -> Word | None:
    """Return the word that comes over: a person's goes before a file's, a file's before none."""
    if leaves.human_category is None:
        return None
    is_files_word = is_files(leaves.human_category, leaves.labelled_by)
    speaker = Speaker.FILE if is_files_word else Speaker.PERSON
    nobody_spoke = stays.labelled_at is None and stays.human_category is None
    if nobody_spoke:
        return Word(leaves.human_category, speaker)
    overrules = not is_files_word and is_files(stays.human_category, stays.labelled_by)
    return Word(leaves.human_category, speaker) if overrules else None


def _missing(stays: WholeProduct, leaves: WholeProduct) -> ProductFacts:
    """Return the facts that the one lacks and the other has; prices with their currency or not."""
    prices = {fact.name for fact in FACTS if fact.kind is Kind.PRICE} | set(_OF_PRICES)
    held = dict(zip((fact.name for fact in FACTS), stays.said, strict=True))
    found: ProductFacts = {}
    takes_prices = all(held[name] is None for name in prices)
    for fact, value in zip(FACTS, leaves.said, strict=True):
        if held[fact.name] is not None or value is None or fact.name in _STAYS_OUT:
            continue
        if fact.name in prices and not takes_prices:
            continue
        found[fact.name] = value
    return found


def _as_held(product: WholeProduct) -> list[PhotoRecord]:
    pairs = zip(product.source_digests, product.digests, strict=True)
    return [PhotoRecord(source, digest) for source, digest in pairs]


def _as_new(
    product: WholeProduct, photos: Sequence[HashedPhoto], read: Mapping[int, StoredReading]
) -> list[PhotoRecord]:
    sources = dict(zip(product.digests, product.source_digests, strict=True))
    return [
        PhotoRecord(
            sources[photo.digest], photo.digest, read.get(photo.id), photo.perceptual_hash or None
        )
        for photo in photos
    ]
