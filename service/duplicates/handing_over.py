"""Hands the open pairs of products that leave on to those that they became."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.photos import HashedPhoto, hashes_of_products
from catalog.duplicates.tables import DuplicatePair
from catalog.exported import WholeProduct
from service.duplicates.rules import SURE_BITS
from service.duplicates.seen import has_seen, seen_of


def hand_over(session: Session, mergers: Sequence[tuple[WholeProduct, WholeProduct]]) -> None:
    """Let open pairs be around those that stay, where they show what these stand on.

    Of two products of a merger the first stays. Copies of a picture are paired with the one that
    came first and not with each other: were its pairs forgotten as it leaves, nobody would be told
    of the others. What is known of the one that stays and the third already, open or decided,
    stays as it is.
    """
    open_pairs = pairs.open_of_products(session, [leaves.id for _, leaves in mergers])
    some = [(stays, leaves) for stays, leaves in mergers if open_pairs[leaves.id]]
    if not some:
        return
    photos = hashes_of_products(session, [each.id for both in some for each in both])
    for stays, leaves in some:
        for number in open_pairs[leaves.id]:
            pair = session.get(DuplicatePair, number)
            if pair is not None and stays.id not in (pair.first_id, pair.second_id):
                _hand_on(session, pair, stays, leaves, photos)


def _hand_on(
    session: Session,
    pair: DuplicatePair,
    stays: WholeProduct,
    leaves: WholeProduct,
    photos: Mapping[int, Sequence[HashedPhoto]],
) -> None:
    is_first = pair.first_id == leaves.id
    third = (pair.second_sku, pair.second_id, pair.second_photo)
    stood_on = pair.first_photo
    if not is_first:
        third, stood_on = (pair.first_sku, pair.first_id, pair.first_photo), pair.second_photo
    seen = seen_of(each for each in photos[leaves.id] if each.digest == stood_on)
    shown = [each for each in photos[stays.id] if has_seen(seen, each, SURE_BITS)]
    one, other = sorted([(stays.sku, stays.id, shown[0].digest if shown else ""), third])
    if not shown or pairs.between(session, [(one[0], other[0])]):
        return
    pair.first_sku, pair.first_id, pair.first_photo = one
    pair.second_sku, pair.second_id, pair.second_photo = other
    pair.found_at = pairs.finding_now(
        session
    )  # so that it is decided with no others that were looked at before
    session.flush()
