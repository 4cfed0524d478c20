"""Writes one product: whole, in part, or away; each in one transaction, with its log entry."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from catalog import products
from catalog.errors import Contradiction, UnknownProduct
from catalog.facts import FACTS
from catalog.marks import present_mark
from catalog.stored import ProductFacts, ProductRecord
from service.access.actor import Actor
from service.access.log import record
from service.stock.meant import meant_sku
from service.stock.pictures import remove_unreferenced
from service.stock.record import BatchOutcome, record_within
from service.wiring import Services
from service.writing.conditions import Conditions
from service.writing.product_json import Said, refusal

# Whoever does not count pieces sells what they list: as with an import.
UNCOUNTED = ProductFacts(stock=1)
_NEEDED = tuple(fact for fact in FACTS if fact.needed)
_NOTHING: ProductFacts = {fact.name: None for fact in FACTS if fact.may_lack}


class Outcome(StrEnum):
    """What became of a product."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Done:
    """What a write has done."""

    sku: str  # as the catalogue spells it
    outcome: Outcome
    mark: str  # of the product right after it
    notes: tuple[str, ...] = ()


def put_product(said: Said, conditions: Conditions, *, by: Actor, services: Services) -> Done:
    """Create a product, or replace what the shop says of it; again it changes nothing.

    What is not said is said to be nothing. A person's word on the category stays unless another
    comes, and so do the pictures.

    Raises:
        BadRequestValue: it lacks a title.
        ConditionFailed: the product is not in a state that was named.
    """
    check_needed(said, "a product needs a {}")
    return _write(said, {**_NOTHING, **UNCOUNTED, **said.facts}, conditions, by, services)


def patch_product(said: Said, conditions: Conditions, *, by: Actor, services: Services) -> Done:
    """Change what is said of a known product; what is not said stays as it is.

    Raises:
        UnknownProduct: there is none.
        ConditionFailed: the product is not in a state that was named.
    """
    return _write(said, said.facts, conditions, by, services, known=True)


def delete_product(sku: str, conditions: Conditions, *, by: Actor, services: Services) -> None:
    """Delete a product with its pictures.

    Raises:
        UnknownProduct: there is none.
        ConditionFailed: the product is not in a state that was named.
    """
    with services.database.writing() as session:
        sku = meant_sku(session, sku)
        found_mark(session, sku, conditions)
        _, pictures = products.delete_all(session, [sku])
        record(session, by, "product.delete", sku)
    remove_unreferenced(pictures, services=services)


def check_needed(said: Said, words: str) -> None:
    """Refuse a product that lacks what every product has. Raises: BadRequestValue."""
    lacking = {
        fact.column: words.format(fact.column) for fact in _NEEDED if fact.name not in said.facts
    }
    if lacking:
        raise refusal(lacking)


def found_mark(session: Session, sku: str, conditions: Conditions) -> str:
    """Return the mark of a product that is there and as a write wants it.

    Raises:
        UnknownProduct: there is none.
        ConditionFailed: the product is not in a state that was named.
    """
    mark = present_mark(session, sku)
    conditions.check(sku, mark)
    if mark is None:
        raise UnknownProduct(f"no product has the SKU {sku!r}")
    return mark


def record_one(
    session: Session, item: ProductRecord, *, services: Services
) -> tuple[BatchOutcome, list[str]]:
    """Record a product within a transaction. Raises: Contradiction."""
    outcome, let_go = record_within(session, [item], services=services)
    if outcome.retry:
        raise Contradiction(
            f"the product '{item.sku}' has a picture that was lost or was not read by the model "
            "that answers now: try again, or run lookalike verify --repair"
        )
    return outcome, let_go


def _write(
    said: Said,
    facts: ProductFacts,
    conditions: Conditions,
    by: Actor,
    services: Services,
    *,
    known: bool = False,
) -> Done:
    with services.database.writing() as session:
        sku = meant_sku(session, said.sku)
        if known:
            before: str | None = found_mark(session, sku, conditions)
        else:
            before = present_mark(session, sku)
            conditions.check(sku, before)
        photos = () if before is None else None  # a new one has none yet
        item = ProductRecord(sku, facts=facts, word=said.word, photos=photos)
        outcome, _ = record_one(session, item, services=services)
        if said.to_the_model and sku not in outcome.kept:
            leave_to_the_model(session, sku)
        mark = present_mark(session, sku)
        if mark is None:  # nobody else writes meanwhile, so it was left out
            raise Contradiction("; ".join(note for _, note in outcome.notes))
        became = Outcome.CHANGED if mark != before else Outcome.UNCHANGED
        if before is None:
            became = Outcome.CREATED
        if became is not Outcome.UNCHANGED:
            action = "product.create" if before is None else "product.change"
            record(session, by, action, sku, said.told)
    notes = tuple(note for _, note in outcome.notes)
    return Done(sku, became, mark, (*said.notes, *notes))


def leave_to_the_model(session: Session, sku: str) -> bool:
    """Take a person's word on a category away, where there is one; return whether there was."""
    product = products.by_sku(session, sku)
    return product.human_category is not None and products.label(session, product, None)
