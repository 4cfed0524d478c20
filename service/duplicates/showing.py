"""One pair with all that a person wants to see of it before they decide."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.styles import mates
from catalog.duplicates.tables import Kind
from catalog.exported import WholeProduct, products_by_sku
from catalog.facts import FACTS
from catalog.labelling import is_files
from catalog.staff_changes import StaffChange
from catalog.stock_list import skus_of
from service.duplicates.deciding import mark_of_pair
from service.duplicates.merging import Merger, plan_merger
from service.duplicates.queue import Pair, as_pair
from service.duplicates.rules import SURE_SCORE
from service.stock.exporting import facts_of
from service.stock.undo_names import is_undo
from service.stock.undoable import is_past
from service.wiring import Services

_VARIANTS = 8  # of a style, shown beside a pair


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is told of both."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether it tells them apart."""
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as it is looked at."""

    pair: Pair
    left: WholeProduct
    right: WholeProduct
    lines: tuple[Line, ...]  # what differs first
    into_left: Merger  # what would come over to the left one
    into_right: Merger
    seen: str  # what both are like now
    left_style: tuple[WholeProduct, ...]  # the first of the other variants of its style
    right_style: tuple[WholeProduct, ...]

    @property
    def is_variant(self) -> bool:
        """Whether they are taken for variants."""
        return self.pair.kind is Kind.VARIANT

    @property
    def can_be_linked(self) -> bool:
        """Whether no more than one of them says its style: two would contradict each other."""
        return None in (self.left.style, self.right.style)

    @property
    def is_likely(self) -> bool:
        """Whether more speaks for one product than a network that finds two pictures alike.

        That is a picture known by its hash, or the price: else no answer is proposed.
        """
        is_picture = self.pair.kind is Kind.SAME_PICTURE and self.pair.score >= SURE_SCORE
        one, other = map(facts_of, (self.left, self.right))
        return is_picture or all(one[each] == other[each] for each in ("price", "currency"))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue."""

    shown: Shown | None  # None: the queue ends before it
    counts: dict[Kind, int]  # of what is asked for, by kind
    total: int


@dataclass(frozen=True, slots=True)
class LastDone:
    """What was done just now."""

    change: int
    name: str
    can_be_undone: bool
    is_undo: bool  # so that to undo it is to do again what was undone


def place_in_queue(wanted: PairFilter, skip: int, *, services: Services) -> Place:
    """Show the pair behind so many others; the last one where there are no more."""
    with services.database.reading() as session:
        counts = pairs.count_open(session, wanted)
        total = sum(counts.values())
        at = min(skip, max(0, total - 1))
        found = pairs.open_pairs(session, wanted, 1, at)
        shown = _shown(session, as_pair(found[0])) if found else None
        return Place(shown, counts, total)


def last_done(change: int, *, services: Services) -> LastDone | None:
    """Return what a change has done; None where it is not there."""
    with services.database.reading() as session:
        found = session.get(StaffChange, change)
        if found is None:
            return None
        is_over = found.undone >= found.products or is_past(found)
        return LastDone(change, found.name, not is_over, is_undo(found))


def _shown(session: Session, pair: Pair) -> Shown:
    held = products_by_sku(session, (pair.left, pair.right))
    left, right = held[pair.left], held[pair.right]
    return Shown(
        pair=pair,
        left=left,
        right=right,
        lines=_lines(left, right),
        into_left=plan_merger(session, left, right),
        into_right=plan_merger(session, right, left),
        seen=mark_of_pair(session, pair.left, pair.right),
        left_style=_of_style(session, left),
        right_style=_of_style(session, right),
    )


def _of_style(session: Session, product: WholeProduct) -> tuple[WholeProduct, ...]:
    ids = mates(session, [product.id])[product.id][:_VARIANTS]
    return tuple(products_by_sku(session, skus_of(session, ids)).values())


def _lines(left: WholeProduct, right: WholeProduct) -> tuple[Line, ...]:
    told = [_told(each) for each in (left, right)]
    lines = [Line(name, told[0][name], told[1][name]) for name in told[0]]
    lines = [line for line in lines if line.left or line.right]
    return tuple(sorted(lines, key=lambda line: not line.differs))


def _told(product: WholeProduct) -> dict[str, str]:
    facts = facts_of(product)
    told = {fact.name_on_a_page: fact.column for fact in FACTS}
    said = {name: _text(facts[column]) for name, column in told.items()}
    category = product.human_category or product.model_category or ""
    whose = "a person" if product.human_category else "the network"
    if is_files(product.human_category, product.labelled_by):
        whose = "a file"
    return {
        **said,
        "Category": f"{category}, says {whose}" if category else "",
        "Colour, as the network sees it": product.colour or "",
        "Pictures": str(len(product.digests)),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
