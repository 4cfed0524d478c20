"""Hands the open pairs of a product that leaves on to the one that it became."""

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.photos import hashes_of_products
from catalog.duplicates.tables import DuplicatePair
from catalog.exported import WholeProduct
from catalog.models import now
from service.duplicates.rules import SURE_BITS
from service.duplicates.seen import has_seen, seen_of


def hand_over(session: Session, leaves: WholeProduct, stays: WholeProduct) -> None:
    """Let open pairs be around the one that stays, where it shows what they stand on.

    Copies of a picture are paired with the one that came first and not with each other: were its
    pairs forgotten as it leaves, nobody would be told of the others. What is known of the one that
    stays and the third already, open or decided, stays as it is.
    """
    photos = hashes_of_products(session, [leaves.id, stays.id])
    for number in pairs.open_of_product(session, leaves.id):
        pair = session.get(DuplicatePair, number)
        if pair is None or stays.id in (pair.first_id, pair.second_id):
            continue
        is_first = pair.first_id == leaves.id
        third = (pair.second_sku, pair.second_id, pair.second_photo)
        stood_on = pair.first_photo
        if not is_first:
            third, stood_on = (pair.first_sku, pair.first_id, pair.first_photo), pair.second_photo
        seen = seen_of(each for each in photos[leaves.id] if each.digest == stood_on)
        shown = [each for each in photos[stays.id] if has_seen(seen, each, SURE_BITS)]
        one, other = sorted([(stays.sku, stays.id, shown[0].digest if shown else ""), third])
        if not shown or pairs.between(session, [(one[0], other[0])]):
            continue
        pair.first_sku, pair.first_id, pair.first_photo = one
        pair.second_sku, pair.second_id, pair.second_photo = other
        pair.found_at = now()  # so that it is decided with no others that were looked at before
        session.flush()
