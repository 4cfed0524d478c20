"""What a person decides of a product: a category, that it be asked later, or the last one back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog import products, review_claims, review_decisions, staff_changes
from catalog.errors import BadRow, ConditionFailed, Contradiction
from catalog.labelling import is_files
from catalog.models import Product, now
from catalog.review_decisions import ReviewDecision
from catalog.review_queue import ReviewItem
from catalog.vocabulary import Vocabulary
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadRequestValue
from service.review.asking import HELD, holder_of, name_of
from service.review.following import follow_within
from service.review.question import seen_of
from service.stock.changing import category_of
from service.stock.meant import product_meant
from service.stock.undoable import undoable
from service.wiring import Services

TAKEN_BACK = timedelta(hours=12)
"""What was decided longer ago is past, and not the last click."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was decided, or taken back."""

    sku: str
    title: str
    category: str | None  # None: it was skipped
    agrees: bool = False  # whether the model had said so


def decide(
    sku: str,
    category: str,
    seen: str | None,
    *,
    by: Actor,
    services: Services,
    is_new: bool = True,
) -> Reviewed:
    """Let a person's word on a product count, for good.

    `seen` is what they looked at, by `seen_of`; None: whatever it is. Without `is_new` a word that
    is unknown and nearly a known category is refused.

    Raises:
        UnknownProduct: there is no such product.
        BadRequestValue: the category is empty, too long, or nearly another.
        ConditionFailed: the picture is another by now, or a person has spoken.
        Contradiction: somebody else has it in hand.
    """
    word = _word(category)
    labels = services.model.labels
    with services.database.writing() as session:
        follow_within(session, services=services)
        vocabulary = Vocabulary.of(session, labels)
        near = None if is_new else vocabulary.near(word)
        word = vocabulary.meaning(word)
        if (before := _said_already(session, sku, word, seen, by)) is not None:
            return before
        product = _looked_at(session, sku, seen)
        worth = _check_free(session, product, by)
        if near is not None:
            rule = f"no category is called '{word}', but '{near}' is nearly that"
            raise BadRequestValue(rule, {"category": [f"N{rule[1:]}."]})
        guess = product.model_category
        with undoable(session, [product.sku], by=by, name=f"{word}, in the review") as kept:
            changed = products.label(session, product, word)
        if changed and product.labelled_at is not None:
            _note(session, by, product, word, product.labelled_at, worth, kept.number)
            told = f"{word}; the model said {guess or 'nothing'}"
            record(session, by, "review.decide", product.sku, told)
        follow_within(session, services=services)
        return Reviewed(product.sku, product.title, word, word == guess)


def skip(sku: str, seen: str | None, *, by: Actor, services: Services) -> Reviewed:
    """Let a product come again after all others.

    Raises:
        UnknownProduct: there is no such product.
        ConditionFailed: the picture is another by now, or a person has spoken.
        Contradiction: somebody else has it in hand.
    """
    with services.database.writing() as session:
        follow_within(session, services=services)
        product = _looked_at(session, sku, seen)
        worth = _check_free(session, product, by)
        at = now()
        if review_claims.skip(session, product.id, holder_of(by), at):
            _note(session, by, product, None, at, worth)
        return Reviewed(product.sku, product.title, None)


def take_back(*, by: Actor, services: Services) -> Reviewed:
    """Undo the last thing that somebody decided or skipped; they have the product in hand again.

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
        product = session.get(Product, last.product_id)
        past = _why_past(session, product, last, holder, at)
        if product is not None and past is None:
            if last.category is not None:
                _undo(session, product, last, by)
                record(session, by, "review.take_back", last.sku, last.category)
            follow_within(session, services=services)
            # There is no row where it has no picture any more: then nobody is asked of it.
            if review_claims.put_back(session, product.id, last.worth, holder, at):
                review_claims.let_go(session, holder)
                review_claims.claim(session, product.id, holder, at, at + HELD)
        # What is past is so for good: the next time it is the turn of the one before.
        last.undone_at = at
        back = Reviewed(last.sku, "" if product is None else product.title, last.category)
    if past is not None:
        raise Contradiction(past)
    return back


def _why_past(
    session: Session, product: Product | None, last: ReviewDecision, holder: str, at: datetime
) -> str | None:
    """Return why a decision cannot be taken back any more; None: it can."""
    if product is None or product.sku != last.sku:
        return f"the product '{last.sku}' is gone, so nothing is taken back"
    said = (product.human_category, product.labelled_at)
    if last.category is None:
        is_past = said != (None, None) and not is_files(said[0], product.labelled_by)
    else:
        is_past = said != (last.category, last.at)
    if is_past:
        return f"of '{last.sku}' somebody has said '{said[0] or 'nothing'}' since"
    if last.category is not None:
        return None
    item = session.get(ReviewItem, last.product_id)
    if item is None:
        return f"nobody is asked of '{last.sku}' any more"
    held = item.held_until is not None and item.held_until > at
    if held and item.holder not in (None, holder):
        return f"somebody else has '{last.sku}' in hand by now"
    return None


def _undo(session: Session, product: Product, last: ReviewDecision, by: Actor) -> None:
    """Take a word back, as an undo among the other changes of the staff."""
    change = last.change_id
    parts = [] if change is None else staff_changes.parts_to_undo(session, change, None, 1)
    name = f"Undo: {last.category}, in the review"
    undoes = change if parts else None
    with undoable(session, [product.sku], by=by, name=name, undoes=undoes) as kept:
        products.take_back(session, product)
    if undoes is not None and kept.number is not None:
        staff_changes.mark_undone(session, undoes, parts, kept.number)


def _word(category: str) -> str:
    try:
        return category_of(category)
    except BadRow as error:
        rule = str(error)
        raise BadRequestValue(rule, {"category": [f"{rule[0].upper()}{rule[1:]}."]}) from error


def _said_already(
    session: Session, sku: str, word: str, seen: str | None, by: Actor
) -> Reviewed | None:
    """Return what a decision that comes twice, by a second click or a lost answer, has done."""
    last = review_decisions.last_of(session, holder_of(by), now() - TAKEN_BACK)
    product = None if last is None else session.get(Product, last.product_id)
    if last is None or product is None or (product.sku, last.category) != (sku, word):
        return None
    if seen is None or product.labelled_at != last.at:
        return None
    digest = product.photos[0].digest if product.photos else ""
    if not seen.startswith(f"{digest}."):
        return None
    return Reviewed(sku, product.title, word, word == last.guess)


def _looked_at(session: Session, sku: str, seen: str | None) -> Product:
    """Load a product that is as somebody looked at it. Raises: UnknownProduct, ConditionFailed."""
    product = product_meant(session, sku)
    if seen is None:
        return product
    digest = product.photos[0].digest if product.photos else ""
    if seen == seen_of(digest, product.labelled_at):
        return product
    if seen.split(".")[0] != digest:
        raise ConditionFailed(f"the picture of '{product.sku}' is another by now: look again")
    said = product.human_category or "to leave it to the model"
    who = "a file" if is_files(product.human_category, product.labelled_by) else "somebody"
    raise ConditionFailed(f"of '{product.sku}' {who} has said '{said}' meanwhile")


def _check_free(session: Session, product: Product, by: Actor) -> float:
    """Make sure that nobody else has a product in hand; return what a look at it was worth."""
    item = session.get(ReviewItem, product.id)
    if item is None:
        return 0.0
    held = item.held_until is not None and item.held_until > now()
    if held and item.holder is not None and item.holder != holder_of(by):
        raise Contradiction(f"{name_of(item.holder)} has '{product.sku}' in hand")
    return max(item.worth or 0.0, 0.0)


def _note(
    session: Session,
    by: Actor,
    product: Product,
    category: str | None,
    at: datetime,
    worth: float,
    change: int | None = None,
) -> None:
    session.add(
        ReviewDecision(
            who=holder_of(by),
            at=at,
            product_id=product.id,
            sku=product.sku,
            category=category,
            guess=product.model_category,
            worth=worth,
            change_id=change,
        )
    )
