"""What a person decides of a product: a category, or that it be asked later."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from catalog import products, review_claims, review_decisions
from catalog.errors import BadRow, ConditionFailed, Contradiction
from catalog.labelling import is_files
from catalog.models import Product, now
from catalog.review_decisions import ReviewDecision
from catalog.review_fellows import (
    CROWD,
    MOST,
    MOST_SKIPPED,
    count_showing,
    crowd_of,
    fellows_of,
)
from catalog.review_queue import ReviewItem
from catalog.stock_list import skus_of
from catalog.vocabulary import Vocabulary
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadRequestValue
from service.review.asking import holder_of, name_of
from service.review.following import follow_within
from service.review.question import seen_of
from service.review.reviewed import TAKEN_BACK, Reviewed
from service.stock.changing import category_of
from service.stock.meant import product_meant
from service.stock.undoable import undoable
from service.wiring import Services


def decide(
    sku: str,
    category: str,
    seen: str | None,
    *,
    by: Actor,
    services: Services,
    is_new: bool = True,
    also: Collection[str] = (),
) -> Reviewed:
    """Let a person's word on a product count, for good.

    It counts as well for those of the SKUs `also` that are one question with it still.

    `seen` is what they looked at, by `seen_of`; None: whatever it is. Without `is_new` a word that
    is unknown and nearly a known category is refused.

    Raises:
        UnknownProduct: there is no such product.
        BadRequestValue: the category is empty, too long, or nearly another.
        ConditionFailed: the picture is another by now, or a person has spoken.
        Contradiction: somebody else has it in hand.
    """
    word = _word(category)
    model = services.model
    with services.database.writing() as session:
        follow_within(session, services=services)
        vocabulary = Vocabulary.of(session, model.labels)
        near = None if is_new else vocabulary.near(word, model.branches)
        word = vocabulary.meaning(word)
        if (before := _said_already(session, sku, word, seen, by)) is not None:
            return before
        product = _looked_at(session, sku, seen)
        worth = _check_free(session, product, by)
        if near is not None:
            rule = f"no category is called '{word}', but '{near}' is nearly that"
            raise BadRequestValue(rule, {"category": [f"N{rule[1:]}."]})
        guess = product.model_category
        others = _others(session, product, also, by)
        skus = [each.sku for each in others]
        at = now()  # one instant, by which they are told from what is said later
        with undoable(session, [product.sku, *skus], by=by, name=f"{word}, in the review") as kept:
            changed = products.label(session, product, word, at)
            for each in others:
                products.label(session, each, word, at)
        if changed:
            ids = [each.id for each in others]
            _note(session, by, product, word, at, worth, kept.number, ids)
        for each in (product, *others) if changed else ():
            told = f"{word}; the model said {each.model_category or 'nothing'}"
            record(session, by, "review.decide", each.sku, told)
        follow_within(session, services=services)
        return Reviewed(product.sku, product.title, word, word == guess, tuple(skus))


def skip(
    sku: str,
    seen: str | None,
    *,
    by: Actor,
    services: Services,
    also: Collection[str] = (),
) -> Reviewed:
    """Let a product come again after all others, and what is one question with it of `also`.

    Of a picture that a crowd of products shows, so do all of them: it stands for a missing one.

    Raises:
        UnknownProduct: there is no such product.
        ConditionFailed: the picture is another by now, or a person has spoken.
        Contradiction: somebody else has it in hand.
    """
    with services.database.writing() as session:
        follow_within(session, services=services)
        product = _looked_at(session, sku, seen)
        if (before := _skipped_already(session, product, by)) is not None:
            return before
        worth = _check_free(session, product, by)
        at = now()
        ids = _of_a_crowd(session, product)
        ids = ids or [each.id for each in _others(session, product, also, by)]
        done = review_claims.skip(session, [product.id, *ids], holder_of(by), at)
        ids = [each for each in review_claims.skipped_at(session, ids, at) if each != product.id]
        if done:
            _note(session, by, product, None, at, worth, None, ids)
        skus = tuple(skus_of(session, ids))
        return Reviewed(product.sku, product.title, None, also=skus)


def _skipped_already(session: Session, product: Product, by: Actor) -> Reviewed | None:
    """Return what a skip that comes twice has done."""
    last = review_decisions.last_of(session, holder_of(by), now() - TAKEN_BACK)
    if last is None or (last.product_id, last.category) != (product.id, None):
        return None
    if not review_claims.skipped_at(session, [product.id], last.at):
        return None
    skus = skus_of(session, review_claims.skipped_at(session, last.others, last.at))
    return Reviewed(product.sku, product.title, None, also=tuple(skus))


def _of_a_crowd(session: Session, product: Product) -> list[int]:
    """Return the products that show the picture of this one first, where they are a crowd."""
    digest = product.photos[0].digest if product.photos else ""
    if count_showing(session, digest, CROWD) < CROWD:
        return []
    return crowd_of(session, digest, MOST_SKIPPED)


def _others(session: Session, product: Product, also: Collection[str], by: Actor) -> list[Product]:
    """Return those of these that are one question with a product, and in nobody else's hand."""
    if not also:
        return []
    ids = [each.product_id for each in fellows_of(session, product.id, MOST, also)]
    free = review_claims.free_among(session, ids, holder_of(by), now())
    found = (session.get(Product, each) for each in ids if each in free)
    return [each for each in found if each is not None]


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
    others = (session.get(Product, each) for each in last.others)
    also = [each.sku for each in others if each is not None and each.labelled_at == last.at]
    return Reviewed(sku, product.title, word, word == last.guess, tuple(also))


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
    if review_claims.is_held(item, now()) and item.holder not in (None, holder_of(by)):
        raise Contradiction(f"{name_of(item.holder)} has '{product.sku}' in hand")
    return max(item.worth or 0.0, 0.0)


def _note(
    session: Session,
    by: Actor,
    product: Product,
    category: str | None,
    at: datetime,
    worth: float,
    change: int | None,
    others: Sequence[int],
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
            also=" ".join(map(str, others)),
        )
    )
