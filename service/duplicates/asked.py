"""What was asked already: of two products, or of a product and the style of the other one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from catalog.duplicates.pairs import standing
from catalog.duplicates.styles import Asked, asked_of
from catalog.duplicates.tables import DuplicatePair, Kind, PairState
from service.duplicates.candidates import Candidate
from service.duplicates.seen import has_seen


class AskedAlready:
    """The open and the dismissed pairs of the products of candidates."""

    def __init__(self, session: Session, candidates: Iterable[Candidate]) -> None:
        """Load them."""
        skus = {each.sku for one in candidates for each in one.owners}
        self._dismissed: defaultdict[str, list[Asked]] = defaultdict(list)
        self._open: dict[tuple[str, str], DuplicatePair] = {}
        for each in asked_of(session, skus):
            pair = each.pair
            if pair.state == PairState.DISMISSED.value:
                self._dismissed[pair.first_sku].append(each)
                self._dismissed[pair.second_sku].append(each)
            else:
                one = pair.first_sku, each.first_style
                other = pair.second_sku, each.second_style
                self._open |= dict.fromkeys(_keys(one, other), pair)
        self._standing = standing(session, sorted({pair.id for pair in self._open.values()}))

    def is_settled(self, found: Candidate) -> bool:
        """Whether somebody has said of these pictures that they are of two products.

        The word holds for every variant of a style, and for a product that goes by another SKU now.
        """
        sides = list(zip(found.owners, found.photos, strict=True))
        for (one, its), (other, others) in (sides, sides[::-1]):
            for each in self._dismissed[one.sku]:
                pair = each.pair
                mine, theirs = pair.seen_first, pair.seen_second
                sku, is_there, style = pair.second_sku, each.second_is_there, each.second_style
                if pair.second_sku == one.sku:
                    mine, theirs = theirs, mine
                    sku, is_there, style = pair.first_sku, each.first_is_there, each.first_style
                same = sku == other.sku or not is_there or (style and style == other.style)
                if same and has_seen(mine, its) and has_seen(theirs, others):
                    return True
        return False

    def of_style(self, found: Candidate) -> list[DuplicatePair]:
        """Return the open pairs that ask of one of these products and a variant of the other."""
        pairs = (self._open.get(key) for key in keys_of(found))
        return list({pair.id: pair for pair in pairs if pair is not None}.values())

    def stands(self, pair: DuplicatePair) -> bool:
        """Whether the products of one of these pairs show still what was compared."""
        return pair.id in self._standing


def one_a_style(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep of those that ask of one product and of the variants of one style what says most."""
    kept: list[Candidate] = []
    taken: set[tuple[str, str]] = set()
    for each in sorted(candidates, key=lambda one: (*one.judged.order, sorted(one.products))):
        keys = keys_of(each)
        if taken.isdisjoint(keys):
            kept.append(each)
            taken.update(keys)
    return kept


def keys_of(found: Candidate) -> list[tuple[str, str]]:
    """Return of which product and which style a candidate asks: none, one or two."""
    one, other = ((owner.sku, owner.style) for owner in found.owners)
    return _keys(one, other)


def is_surer(held: DuplicatePair, found: Candidate) -> bool:
    """Whether an open pair says at least as much as a candidate."""
    return (Kind(held.kind).rank, -held.score) <= found.judged.order


def _keys(one: tuple[str, str | None], other: tuple[str, str | None]) -> list[tuple[str, str]]:
    sides = (one[0], other[1]), (other[0], one[1])
    return [(sku, style) for sku, style in sides if style]
