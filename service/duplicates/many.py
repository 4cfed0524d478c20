"""Which pairs one decision for many means, and around which product they are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import ConditionFailed

MOST = 5_000
"""Pairs of one decision: a person looks at it beforehand, which takes half a second a thousand."""

AT_ONCE = 100
"""Pairs that somebody waits for in front of a page: a merger takes tens of milliseconds."""

_TOGETHER = 25  # pairs around one product in one transaction, so that nobody who writes waits long


def chosen(session: Session, wanted: PairFilter) -> Sequence[DuplicatePair]:
    """Load the pairs that one decision takes: of those that are meant the surest `MOST`."""
    return pairs.open_pairs(session, wanted, MOST)


def as_looked_at(session: Session, wanted: PairFilter, digest: str) -> Sequence[DuplicatePair]:
    """Load those pairs. Raises: ConditionFailed: they are others than a preview looked at."""
    found = chosen(session, wanted)
    if digest_of(found) != digest:
        raise ConditionFailed("other pairs are meant now than you looked at: look again")
    return found


def digest_of(found: Iterable[DuplicatePair]) -> str:
    """Tell these pairs from all others, and from what stands under their numbers later."""
    # A pair keeps its number where it is found anew, or handed to the product that stayed.
    told = (f"{pair.id} {pair.found_at.isoformat()}" for pair in found)
    return hashlib.sha256(",".join(told).encode()).hexdigest()[:32]


def around(found: Iterable[DuplicatePair]) -> dict[str, list[DuplicatePair]]:
    """Put pairs together by the product that came first, which stays where they are merged."""
    groups: defaultdict[str, list[DuplicatePair]] = defaultdict(list)
    for pair in found:
        groups[first_of(pair)].append(pair)
    return groups


def steps_of(found: Iterable[DuplicatePair]) -> list[list[int]]:
    """Return the numbers of pairs by what is decided in one transaction: around one product."""
    return [
        [pair.id for pair in group[start : start + _TOGETHER]]
        for group in around(found).values()
        for start in range(0, len(group), _TOGETHER)
    ]


def first_of(pair: DuplicatePair) -> str:
    """Return the SKU of the one that came first."""
    return pair.first_sku if pair.first_id < pair.second_id else pair.second_sku
