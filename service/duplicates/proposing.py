"""Proposes pairs within a transaction that writes: only what is true then, and not said before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.tables import DuplicatePair, Kind, PairState
from service.duplicates.asked import AskedAlready, is_surer, one_a_style
from service.duplicates.candidates import Candidate, candidates_of
from service.duplicates.rules import Evidence
from service.duplicates.seen import has_seen

MOST_EACH = 5  # pairs that one product is proposed in at a time


@dataclass(slots=True)
class _Known:
    """What the catalogue knows of the products of candidates."""

    pairs: dict[tuple[str, str], DuplicatePair]
    standing: set[int]  # of these: the products show still what was compared
    copies: dict[int, set[int]]
    asked: AskedAlready
    at: datetime  # now, for pairs
    replaced: set[int] = field(default_factory=set)


def propose(session: Session, found: Mapping[tuple[int, int], Evidence]) -> int:
    """Write down which products may be one, by pairs of photos; give how many pairs are new.

    A group is around one product: where copies of a picture came one after another, each is paired
    with the first, and not with each other. Of the variants of a style a product is paired with
    the one that is most like it. What was decided is not asked again, unless another picture gives
    reason to.
    """
    candidates = candidates_of(session, found)
    if not candidates:
        return 0
    asked = AskedAlready(session, candidates)
    candidates = one_a_style([each for each in candidates if not asked.is_settled(each)])
    by_product: defaultdict[int, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_product[max(each.products)].append(each)  # the later one asks
    held = pairs.between(session, (each.skus for each in candidates))
    known = _Known(
        pairs=held,
        standing=pairs.standing(session, [pair.id for pair in held.values()]),
        copies=pairs.copies(session, sorted({id_ for one in candidates for id_ in one.products})),
        asked=asked,
        at=pairs.finding_now(session),
    )
    return sum(
        _propose_of(session, product, by_product[product], known) for product in sorted(by_product)
    )


def _propose_of(
    session: Session, product: int, candidates: Sequence[Candidate], known: _Known
) -> int:
    proposed, copies = 0, known.copies
    for each in sorted(candidates, key=lambda one: (*one.judged.order, min(one.products))):
        other = min(each.products)
        held = known.pairs.get(each.skus)
        if held is not None and held.id not in known.replaced:
            proposed += _again(held, each, known)
            continue
        is_copy = each.judged.kind is Kind.SAME_PICTURE
        if is_copy and copies[product] & copies[other]:
            continue  # both are around the same product already
        if proposed >= MOST_EACH:
            break
        weaker = [pair for pair in known.asked.of_style(each) if pair.id not in known.replaced]
        if any(is_surer(pair, each) and known.asked.stands(pair) for pair in weaker):
            continue
        for pair in weaker:
            known.replaced.add(pair.id)
            session.delete(pair)
        if weaker:  # gone before what takes their place; all others are written in one go
            session.flush()
        session.add(DuplicatePair(**_cells(each, known.at)))
        proposed += not weaker
        if is_copy:
            copies[product].add(other)
            copies[other].add(product)
    return proposed


def _again(held: DuplicatePair, found: Candidate, known: _Known) -> int:
    """Bring a pair that is known up to date; say whether it is open once more."""
    if held.state == PairState.OPEN.value:
        same = (held.first_id, held.second_id) == found.products
        if same and held.id in known.standing and is_surer(held, found):
            return 0
    elif has_seen(held.seen_first, found.photos[0]) and has_seen(held.seen_second, found.photos[1]):
        return 0
    reopened = held.state != PairState.OPEN.value
    for name, value in _cells(found, known.at).items():
        setattr(held, name, value)
    return int(reopened)


def _cells(found: Candidate, at: datetime) -> dict[str, object]:
    return {
        "first_sku": found.owners[0].sku,
        "second_sku": found.owners[1].sku,
        "first_id": found.products[0],
        "second_id": found.products[1],
        "first_photo": found.photos[0].digest,
        "second_photo": found.photos[1].digest,
        "kind": found.judged.kind.value,
        "score": found.judged.score,
        "reason": found.judged.reason,
        "state": PairState.OPEN.value,
        "found_at": at,
        "decided_at": None,
        "decided_by": None,
        "stayed": None,
        "seen_first": "",
        "seen_second": "",
    }
