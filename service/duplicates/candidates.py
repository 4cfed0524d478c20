"""Two products that may be one, by the pictures of theirs that say most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.duplicates.photos import HashedPhoto, OwnerFacts, hashes_of, owners_of
from service.duplicates.rules import Evidence, Judged, judge


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two products, by the two photos of theirs that say most."""

    judged: Judged
    photos: tuple[HashedPhoto, HashedPhoto]
    owners: tuple[OwnerFacts, OwnerFacts]  # by their SKUs, as texts go

    @property
    def products(self) -> tuple[int, int]:
        """The ids of the two."""
        return self.photos[0].product_id, self.photos[1].product_id

    @property
    def skus(self) -> tuple[str, str]:
        """The SKUs of the two."""
        return self.owners[0].sku, self.owners[1].sku


def candidates_of(
    session: Session, found: Mapping[tuple[int, int], Evidence]
) -> Sequence[Candidate]:
    """Judge pairs of photos, and keep for every two products what says most."""
    if not found:
        return []
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
