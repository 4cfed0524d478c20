"""Says what one decision for many pairs would do: the walk of `bulk`, with nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from catalog.duplicates.pairs import PairFilter, count_open
from catalog.duplicates.photos import HashedPhoto, hashes_of_products
from catalog.duplicates.tables import DuplicatePair, Kind
from catalog.exported import WholeProduct, products_by_sku
from catalog.facts import FACTS
from catalog.words import fold
from service.duplicates.decision import Verdict
from service.duplicates.many import around, chosen, digest_of, first_of
from service.duplicates.merging import plan_of
from service.duplicates.queue import Pair, as_pair
from service.wiring import Services

_MOST_TOLD = 100
_MOST_SHOWN = 6
_NAMES = tuple(fact.name for fact in FACTS)
_STYLE = _NAMES.index("style")


@dataclass(slots=True)
class BulkPreview:
    """What a decision for many pairs would do."""

    digest: str  # of which pairs these are
    pairs: int  # that it takes
    more: int  # that are meant beside them, and wait for another one
    decided: int = 0  # of those that it takes
    fallen: int = 0  # no pair any more, as an earlier one makes them one product or one style
    refused: int = 0  # cannot be
    withdrawn: int = 0  # products
    pictures: int = 0  # that would come over
    facts: int = 0  # likewise
    cannot: list[str] = field(default_factory=list)  # the first of the refused, and why
    least_sure: tuple[Pair, ...] = ()  # of the decided, the least sure first: to be looked at


def preview_bulk(wanted: PairFilter, verdict: Verdict, *, services: Services) -> BulkPreview:
    """Return what a decision for the open pairs that are meant would do; nothing is written.

    It takes the surest of them, `many.MOST` at most. Of two products that are merged the one
    that came first stays.
    """
    with services.database.reading() as session:
        taken = chosen(session, wanted)
        meant = sum(count_open(session, wanted).values())
        found = BulkPreview(digest_of(taken), len(taken), meant - len(taken))
        walk = _Walk(session, taken)
        for group in around(taken).values():
            for pair in group:
                walk.decide(pair, verdict, found)
        doubtful = sorted(walk.decided, key=lambda pair: (-Kind(pair.kind).rank, pair.score))
        found.least_sure = tuple(as_pair(pair) for pair in doubtful[:_MOST_SHOWN])
    return found


class _Walk:
    """Products as they would be after each pair."""

    def __init__(self, session: Session, taken: Sequence[DuplicatePair]) -> None:
        skus = {sku for pair in taken for sku in (pair.first_sku, pair.second_sku)}
        self.held = products_by_sku(session, skus)
        ids = [product.id for product in self.held.values()]
        self.decided: list[DuplicatePair] = []
        self.settled: set[tuple[str, str]] = set()  # products that are no variant of a style
        self.photos: dict[int, list[HashedPhoto]] = dict(hashes_of_products(session, ids))

    def decide(self, pair: DuplicatePair, verdict: Verdict, found: BulkPreview) -> None:
        first = first_of(pair)
        other = pair.second_sku if first == pair.first_sku else pair.first_sku
        stays, leaves = self.held.get(first), self.held.get(other)
        if (
            stays is None
            or leaves is None
            or _of_one_style(stays, leaves)
            or (verdict is Verdict.DISMISS and self._is_settled(stays, leaves))
        ):
            found.fallen += 1
        elif verdict is Verdict.LINK and stays.style and leaves.style:
            found.refused += 1
            if len(found.cannot) < _MOST_TOLD:
                found.cannot.append(f"'{first}' and '{other}' are of two styles already")
        else:
            found.decided += 1
            self.decided.append(pair)
            if verdict is Verdict.LINK:
                self._link(stays, leaves)
            elif verdict is Verdict.MERGE:
                self._merge(stays, leaves, found)

    def _is_settled(self, one: WholeProduct, other: WholeProduct) -> bool:
        """Say whether they fell away as one and a variant of the other; else they are settled."""
        sides = (one.sku, other.style), (other.sku, one.style)
        keys = {(sku, fold(str(style))) for sku, style in sides if style is not None}
        if not self.settled.isdisjoint(keys):
            return True
        self.settled |= keys
        return False

    def _link(self, stays: WholeProduct, leaves: WholeProduct) -> None:
        # A new style is called after nothing that there is; a SKU with a mark before it will do.
        style = stays.style or leaves.style or f"\0{stays.sku}"
        for each in (stays, leaves):
            said = (*each.said[:_STYLE], style, *each.said[_STYLE + 1 :])
            self.held[each.sku] = replace(each, said=said)

    def _merge(self, stays: WholeProduct, leaves: WholeProduct, found: BulkPreview) -> None:
        plan = plan_of(stays, leaves, self.photos[stays.id], self.photos[leaves.id])
        found.withdrawn += 1
        found.pictures += len(plan.photos)
        found.facts += len(plan.facts) + (plan.word is not None)
        said = tuple(
            plan.facts.get(name, value) for name, value in zip(_NAMES, stays.said, strict=True)
        )
        self.held[stays.sku] = replace(stays, said=said)
        if plan.word is not None:
            self.held[stays.sku] = replace(
                self.held[stays.sku],
                human_category=plan.word.category,
                labelled_by=plan.word.speaker,
            )
        self.photos[stays.id] = [*self.photos[stays.id], *plan.photos]
        del self.held[leaves.sku]


def _of_one_style(one: WholeProduct, other: WholeProduct) -> bool:
    if one.style is None or other.style is None:
        return False
    return fold(str(one.style)) == fold(str(other.style))
