"""Proposes pairs within a transaction that writes: only what is true then, and not said before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.photos import HashedPhoto, OwnerFacts, hashes_of, owners_of
from catalog.duplicates.tables import DuplicatePair, Kind, PairState
from catalog.models import now
from service.duplicates.rules import Evidence, Judged, judge
from service.duplicates.seen import has_seen

MOST_EACH = 5  # pairs that one product is proposed in at a time


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two products, by the two photos of theirs that say most."""

    judged: Judged
    photos: tuple[HashedPhoto, HashedPhoto]
    owners: tuple[OwnerFacts, OwnerFacts]

    @property
    def products(self) -> tuple[int, int]:
        """The ids of the two."""
        return self.photos[0].product_id, self.photos[1].product_id


def propose(session: Session, found: Mapping[tuple[int, int], Evidence]) -> int:
    """Write down which products may be one, by pairs of photos; return how many pairs are new.

    A group is around one product: where copies of a picture came one after another, each is paired
    with the first, and not with each other. What was decided is not asked again, unless another
    picture gives reason to.
    """
    candidates = _candidates(session, found)
    by_product: defaultdict[int, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_product[max(each.products)].append(each)  # the later one asks
    copies = pairs.copies(session, sorted({id_ for each in candidates for id_ in each.products}))
    known = pairs.between(session, (_skus(each) for each in candidates))
    proposed = 0
    for product in sorted(by_product):
        proposed += _propose_of(session, product, by_product[product], known, copies)
    return proposed


def _candidates(session: Session, found: Mapping[tuple[int, int], Evidence]) -> Sequence[Candidate]:
    """Judge pairs of photos, and keep for every two products what says most."""
    ids = sorted({id_ for pair in found for id_ in pair})
    photos, owners = hashes_of(session, ids), owners_of(session, ids)
    best: dict[tuple[int, int], Candidate] = {}
    for pair, evidence in found.items():
        if not (pair[0] in owners and pair[1] in owners):
            continue  # one of them is gone
        one, other = sorted(pair, key=lambda id_: owners[id_].sku)
        facts = owners[one], owners[other]
        if facts[0].sku == facts[1].sku or (facts[0].style and facts[0].style == facts[1].style):
            continue
        judged = judge(evidence, *facts)
        if judged is None:
            continue
        each = Candidate(judged, (photos[one], photos[other]), facts)
        held = best.get(each.products)
        if held is None or judged.order < held.judged.order:
            best[each.products] = each
    return list(best.values())


def _propose_of(
    session: Session,
    product: int,
    candidates: Sequence[Candidate],
    known: dict[tuple[str, str], DuplicatePair],
    copies: dict[int, set[int]],
) -> int:
    proposed = 0
    for each in sorted(candidates, key=lambda one: (*one.judged.order, min(one.products))):
        other = min(each.products)
        held = known.get(_skus(each))
        if held is not None:
            proposed += _again(held, each)
            continue
        is_copy = each.judged.kind is Kind.SAME_PICTURE
        if is_copy and copies[product] & copies[other]:
            continue  # both are around the same product already
        if proposed >= MOST_EACH:
            break
        row = DuplicatePair(**_cells(each))
        session.add(row)
        known[_skus(each)] = row
        proposed += 1
        if is_copy:
            copies[product].add(other)
            copies[other].add(product)
    return proposed


def _again(held: DuplicatePair, found: Candidate) -> int:
    """Bring a pair that is known up to date; return whether it is open once more."""
    if held.state == PairState.OPEN.value:
        same = (held.first_id, held.second_id) == found.products
        if same and (Kind(held.kind).rank, -held.score) <= found.judged.order:
            return 0
    elif has_seen(held.seen_first, found.photos[0]) and has_seen(held.seen_second, found.photos[1]):
        return 0
    reopened = held.state != PairState.OPEN.value
    for name, value in _cells(found).items():
        setattr(held, name, value)
    return int(reopened)


def _cells(found: Candidate) -> dict[str, object]:
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
        "found_at": now(),
        "decided_at": None,
        "decided_by": None,
        "stayed": None,
        "seen_first": "",
        "seen_second": "",
    }


def _skus(each: Candidate) -> tuple[str, str]:
    return each.owners[0].sku, each.owners[1].sku
