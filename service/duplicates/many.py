"""Which pairs one decision for many means, and around which product they are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import ConditionFailed

AT_ONCE = 100
"""Pairs of one decision: somebody waits for it in front of a page, and a merger takes tens of
milliseconds."""


def chosen(session: Session, wanted: PairFilter) -> Sequence[DuplicatePair]:
    """Load the pairs that one decision takes: of those that are meant the surest `AT_ONCE`."""
    return pairs.open_pairs(session, wanted, AT_ONCE)


def as_looked_at(session: Session, wanted: PairFilter, digest: str) -> Sequence[DuplicatePair]:
    """Load those pairs. Raises: ConditionFailed: they are others than a preview looked at."""
    found = chosen(session, wanted)
    if digest_of(found) != digest:
        raise ConditionFailed("other pairs are meant now than you looked at: look again")
    return found


def digest_of(found: Iterable[DuplicatePair]) -> str:
    """Tell these pairs from all others."""
    return hashlib.sha256(",".join(str(pair.id) for pair in found).encode()).hexdigest()[:32]


def around(found: Iterable[DuplicatePair]) -> dict[str, list[DuplicatePair]]:
    """Put pairs together by the product that came first, which stays where they are merged."""
    groups: defaultdict[str, list[DuplicatePair]] = defaultdict(list)
    for pair in found:
        groups[first_of(pair)].append(pair)
    return groups


def first_of(pair: DuplicatePair) -> str:
    """Return the SKU of the one that came first."""
    return pair.first_sku if pair.first_id < pair.second_id else pair.second_sku
