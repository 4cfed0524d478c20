"""Changes many products at once: looked at beforehand, done some at a time, undone as one."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import products
from catalog.facts import FACTS, Kind
from catalog.stock_filters import StockFilters
from catalog.stock_list import (
    StockRow,
    count_differing,
    ids_of_skus,
    rows_of,
    skus_of,
    stock_ids,
)
from catalog.stored import ProductRecord
from catalog.vocabulary import Vocabulary, meant_by, rename
from service.access.actor import Actor
from service.access.log import record_each
from service.errors import BadRequestValue
from service.progress import Progress, no_progress
from service.stock.pictures import remove_unreferenced
from service.stock.record import record_within
from service.stock.undoable import undoable
from service.stockroom.listing import widest
from service.wiring import Services
from service.writing.product_json import Said, said_of
from service.writing.products import leave_to_the_model

AT_ONCE = 100  # products in one transaction: others write in between
_SHOWN = 20  # products of a preview
_UNCHANGEABLE = {Kind.ADDRESS, Kind.TEXT}  # what is each product's own
CATEGORY = "category"
CHANGEABLE = (CATEGORY, *(fact.column for fact in FACTS if fact.kind not in _UNCHANGEABLE))
"""What can be set of many products, as tables and the API call it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Products that somebody ticked, or all that satisfy filters."""

    skus: tuple[str, ...] = ()
    filters: StockFilters | None = None  # None: those that were ticked

    def ids(self, session: Session, services: Services) -> list[int]:
        """Return their ids, ascending; those that are gone are left out."""
        if self.filters is None:
            return ids_of_skus(session, self.skus)
        return stock_ids(session, widest(self.filters, services))


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done with them."""

    said: Said | None  # None: they are withdrawn, or called otherwise
    name: str  # what it is called, without the products
    instead_of: tuple[str, str] | None = None  # a word for categories, and what it means now

    @property
    def withdraws(self) -> bool:
        """Whether the products go."""
        return self.said is None and self.instead_of is None


WITHDRAW = Deed(None, "Withdrew")


def renaming(word: str, category: str) -> Deed:
    """Call products otherwise that are called by a word, whoever has said it."""
    return Deed(None, f"{word} is the same as {category}", (word, category))


def deed_of(column: str, value: str) -> Deed:
    """Read what is to be set; nothing takes it away, or leaves a category to the model.

    Raises:
        BadRequestValue: many products cannot have it set, or the value breaks its rule.
    """
    if column not in CHANGEABLE:
        rule = f"of many products {', '.join(CHANGEABLE)} can be set, got '{column[:40]}'"
        raise BadRequestValue(rule, {"column": [rule]})
    said = said_of({column: value}, sku="any")
    told = column.replace("_", " ").capitalize()
    value = value.strip()
    if not value:
        name = "Left the category to the model" if column == CATEGORY else f"{told}: none"
    else:
        name = f"{told}: {value}"
    return Deed(said, name)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deed would do."""

    products: int
    changing: int  # of these; the others are as it wants them
    sample: tuple[StockRow, ...]  # the first of them
    digest: str  # of which products these are; see `chosen`
    near: str | None = None  # a known category that a new one nearly is


def preview(selection: Selection, deed: Deed, *, services: Services) -> Preview:
    """Return what a deed would do now; nothing is written."""
    with services.database.reading() as session:
        ids = selection.ids(session, services)
        changing, near = len(ids), None
        if deed.said is not None:
            category: tuple[str | None, ...] = (None,) if deed.said.to_the_model else ()
            if deed.said.word is not None:
                known = Vocabulary.of(session, services.model.labels)
                category = (known.meaning(deed.said.word.category),)
                near = known.near(str(category[0]), services.model.branches)
            changing = count_differing(session, ids, deed.said.facts, category)
        sample = tuple(rows_of(session, ids[:_SHOWN]))
    return Preview(len(ids), changing, sample, _digest(ids), near)


def chosen(selection: Selection, digest: str, *, services: Services) -> list[int]:
    """Return the ids of the products of a preview.

    Raises:
        BadRequestValue: they are others than were looked at.
    """
    with services.database.reading() as session:
        ids = selection.ids(session, services)
    if _digest(ids) != digest:
        rule = f"other products are meant now than you looked at ({len(ids)}): look again"
        raise BadRequestValue(rule, {"digest": [rule]})
    return ids


@dataclass(slots=True)
class ManyChanged:
    """What came of it."""

    number: int | None = None  # of the change; None where nothing differed
    changed: int = 0
    unchanged: int = 0  # were so already, or are gone


Keep: TypeAlias = Callable[[Session, int], None]
"""Told in each transaction that writes, and of the place behind what it writes."""


def _keep_nothing(_session: Session, at: int) -> None:
    """Leave it to whoever asked to see how far it came."""


Still: TypeAlias = Callable[[Session, Sequence[int]], Sequence[int]]
"""Told some ids in the transaction that changes them, gives those that are still to be changed."""


def everyone(_session: Session, ids: Sequence[int]) -> Sequence[int]:
    """Change all that were asked for."""
    return ids


def change_many(
    ids: Sequence[int],
    deed: Deed,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
    done: ManyChanged | None = None,
    start: int = 0,
    keep: Keep = _keep_nothing,
    still: Still = everyone,
) -> ManyChanged:
    """Do a deed to products, some in each transaction; what is so already stays untouched.

    Cut off, it goes on with what was `done`, from the place in `ids` where to `start`: both are
    told to `keep` in each transaction.
    """
    done = done or ManyChanged()
    for first in range(start, len(ids), AT_ONCE):
        last = min(first + AT_ONCE, len(ids))
        with services.database.writing() as session:
            some = still(session, ids[first:last])
            done.unchanged += last - first - len(some)
            let_go = _change_some(session, some, deed, done, by, services)
            keep(session, last)
        remove_unreferenced(let_go, services=services)
        progress(last, len(ids))
    return done


def rename_within(
    session: Session,
    ids: Sequence[int],
    deed: Deed,
    *,
    number: int | None,
    by: Actor,
    services: Services,
) -> None:
    """Call products otherwise as part of a change, in a transaction beside other things."""
    done = ManyChanged(number)
    for first in range(0, len(ids), AT_ONCE):
        _change_some(session, ids[first : first + AT_ONCE], deed, done, by, services)


def _change_some(
    session: Session,
    ids: Sequence[int],
    deed: Deed,
    done: ManyChanged,
    by: Actor,
    services: Services,
) -> list[str]:
    """Change products within a transaction; return the pictures that nothing may show any more."""
    action = "product.delete" if deed.withdraws else "product.change"
    told = "" if deed.said is None else deed.said.told
    skus = skus_of(session, ids)
    let_go: Sequence[str] = ()
    with undoable(session, skus, by=by, name=deed.name, number=done.number) as kept:
        if deed.instead_of is not None:
            word, _ = deed.instead_of
            # Somebody may have undone that meanwhile, or made that category a word for another.
            if (means := meant_by(session, word)) is not None:
                rename(session, ids, word, means)
        elif deed.said is None:
            _, let_go = products.delete_all(session, skus)
        else:
            let_go = _record(session, skus, deed.said, services)
    record_each(session, by, action, kept.changed, f"{told} (change {kept.number})".strip())
    done.number = kept.number
    done.changed += len(kept.changed)
    done.unchanged += len(ids) - len(kept.changed)
    return list(let_go)


def _record(session: Session, skus: Sequence[str], said: Said, services: Services) -> list[str]:
    items = [ProductRecord(sku, facts=said.facts, word=said.word) for sku in skus]
    _, let_go = record_within(session, items, services=services)
    if said.to_the_model:
        for sku in skus:
            leave_to_the_model(session, sku)
    return let_go


def _digest(ids: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:32]
