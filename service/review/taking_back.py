"""Takes back what somebody has decided or skipped last, of all products that it was for."""

from datetime import datetime

from sqlalchemy.orm import Session

from catalog import products, review_claims, review_decisions, staff_changes
from catalog.errors import Contradiction
from catalog.labelling import is_files
from catalog.models import Product, now
from catalog.review_decisions import ReviewDecision
from catalog.review_fellows import MOST
from catalog.review_queue import ReviewItem
from catalog.stock_list import skus_of
from service.access.actor import Actor
from service.access.log import record
from service.review.asking import holder_of
from service.review.following import follow_within
from service.review.reviewed import TAKEN_BACK, Reviewed
from service.stock.undoable import undoable
from service.wiring import Services


def take_back(*, by: Actor, services: Services) -> Reviewed:
    """Undo the last thing that somebody decided or skipped; they have the product in hand again.

    Of the products that it was for as well those go back of which nobody has spoken since.

    Raises:
        Contradiction: there is none of the last hours, or others have spoken since.
    """
    holder = holder_of(by)
    with services.database.writing() as session:
        at = now()
        last = review_decisions.last_of(session, holder, at - TAKEN_BACK)
        if last is None:
            raise Contradiction("there is nothing of yours to take back")
        follow_within(session, services=services)
        asked = session.get(Product, last.product_id)
        past = _why_past(session, asked, last, holder, at)
        standing = [] if asked is None or past is not None else [asked]
        also: list[str] = []
        if last.category is None and standing:
            also = _come_in_their_turn(session, last)
        elif last.category is not None:
            others = (session.get(Product, each) for each in last.others)
            standing += [each for each in others if each is not None and _stands(each, last)]
            also = [each.sku for each in standing[1:]]
        if standing:
            past = None
            _go_back(session, standing, last, by)
            follow_within(session, services=services)
            first = standing[0].id
            # There is no row where it has no picture any more: then nobody is asked of it.
            if review_claims.put_back(session, first, last.worth, holder, at):
                review_claims.let_go(session, holder)
                review_claims.claim(session, first, holder, at)
        # What is past is so for good: the next time it is the turn of the one before.
        last.undone_at = at
        shown = standing[0] if standing else asked
        back = Reviewed(
            last.sku if shown is None else shown.sku,
            "" if shown is None else shown.title,
            last.category,
            also=tuple(also),
        )
    if past is not None:
        raise Contradiction(past)
    return back


def _stands(product: Product, last: ReviewDecision) -> bool:
    """Return whether nobody has spoken of a product since."""
    if last.category is None:
        is_open = product.human_category is None and product.labelled_at is None
        return is_open or is_files(product.human_category, product.labelled_by)
    return (product.human_category, product.labelled_at) == (last.category, last.at)


def _why_past(
    session: Session, product: Product | None, last: ReviewDecision, holder: str, at: datetime
) -> str | None:
    """Return why a decision cannot be taken back any more; None: it can."""
    if product is None or product.sku != last.sku:
        return f"the product '{last.sku}' is gone, so nothing is taken back"
    if not _stands(product, last):
        said = product.human_category or "nothing"
        return f"of '{last.sku}' somebody has said '{said}' since"
    if last.category is not None:
        return None
    item = session.get(ReviewItem, last.product_id)
    if item is None:
        return f"nobody is asked of '{last.sku}' any more"
    if review_claims.is_held(item, at) and item.holder != holder:
        return f"somebody else has '{last.sku}' in hand by now"
    return None


def _come_in_their_turn(session: Session, last: ReviewDecision) -> list[str]:
    """Let the others come again that were skipped as well; return their SKUs."""
    ids = review_claims.skipped_at(session, last.others, last.at)
    review_claims.take_back_skip(session, ids, last.worth, last.at)
    return skus_of(session, ids)


def _go_back(session: Session, standing: list[Product], last: ReviewDecision, by: Actor) -> None:
    """Take a word back, as an undo among the other changes of the staff; a skip was no change."""
    if last.category is None:
        return
    skus = [each.sku for each in standing]
    change = last.change_id
    parts = [] if change is None else staff_changes.parts_to_undo(session, change, None, MOST + 1)
    parts = [each for each in parts if each.sku in skus]
    name = f"Undo: {last.category}, in the review"
    undoes = change if parts else None
    with undoable(session, skus, by=by, name=name, undoes=undoes) as kept:
        for product in standing:
            products.take_back(session, product)
    if undoes is not None and kept.number is not None:
        staff_changes.mark_undone(session, undoes, parts, kept.number)
    for sku in skus:
        record(session, by, "review.take_back", sku, last.category)
