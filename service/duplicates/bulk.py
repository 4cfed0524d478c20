"""One decision for many pairs: looked at before it is done, and undone as one change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import ConditionFailed, Contradiction
from catalog.exported import products_by_sku
from service.access.actor import Actor
from service.duplicates.deciding import Decision, Verdict, apply, undoable_group
from service.duplicates.merging import plan_merger
from service.progress import Progress, no_progress
from service.stock.pictures import remove_unreferenced
from service.wiring import Services
from service.wording import counted

_MOST_TOLD = 100
_WORDS = {
    Verdict.MERGE: "merged",
    Verdict.LINK: "linked as variants",
    Verdict.DISMISS: "kept apart",
}


@dataclass(slots=True)
class BulkPreview:
    """What a decision for many pairs would do."""

    pairs: int = 0  # that are meant
    decided: int = 0  # of these; the others fall away, as one of theirs leaves with an earlier one
    withdrawn: int = 0  # products
    pictures: int = 0  # that would come over
    facts: int = 0  # likewise
    cannot: list[str] = field(default_factory=list)  # the first of those that cannot be, and why


@dataclass(slots=True)
class BulkDone:
    """What it has done."""

    decided: int = 0
    passed_over: int = 0  # decided by others meanwhile, or fallen away
    cannot: list[str] = field(default_factory=list)
    change: int | None = None  # by which all of it can be undone


def preview_bulk(wanted: PairFilter, verdict: Verdict, *, services: Services) -> BulkPreview:
    """Say what a decision for all open pairs that are meant would do; nothing is written.

    Of two products that are merged the one that came first stays.
    """
    found, gone = BulkPreview(), set[str]()
    with services.database.reading() as session:
        for stays, group in _groups(pairs.open_pairs(session, wanted, -1)).items():
            for pair in group:
                found.pairs += 1
                leaves = pair.second_sku if stays == pair.first_sku else pair.first_sku
                if {stays, leaves} & gone:
                    continue
                held = products_by_sku(session, (stays, leaves))
                if verdict is Verdict.LINK and held[stays].style and held[leaves].style:
                    told = f"'{stays}' and '{leaves}' are of two styles already"
                    found.cannot += [told] if len(found.cannot) < _MOST_TOLD else []
                    continue
                found.decided += 1
                if verdict is Verdict.MERGE:
                    plan = plan_merger(session, held[stays], held[leaves])
                    gone.add(leaves)
                    found.withdrawn += 1
                    found.pictures += len(plan.photos)
                    found.facts += len(plan.facts)
    return found


def decide_bulk(
    wanted: PairFilter,
    verdict: Verdict,
    expected: int,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
) -> BulkDone:
    """Decide all open pairs that are meant, those around one product in one transaction.

    Raises:
        ConditionFailed: they are not as many as `expected`, as a preview said.
    """
    with services.database.reading() as session:
        groups = _groups(pairs.open_pairs(session, wanted, -1))
        numbers = [[pair.id for pair in group] for group in groups.values()]
    count = sum(map(len, numbers))
    if count != expected:
        raise ConditionFailed(
            f"there are {counted(count, 'pair')} by now, not {expected:,}: look again"
        )
    done = BulkDone()
    name = f"{counted(expected, 'pair')} of possible duplicates: {_WORDS[verdict]}"
    for some in numbers:
        let_go: list[str] = []
        with services.database.writing() as session:
            _decide_group(session, some, verdict, name, done, let_go, by, services)
        remove_unreferenced(let_go, services=services)
        progress(done.decided + done.passed_over + len(done.cannot), expected)
    return done


def _decide_group(
    session: Session,
    numbers: Sequence[int],
    verdict: Verdict,
    name: str,
    done: BulkDone,
    let_go: list[str],
    by: Actor,
    services: Services,
) -> None:
    """Decide pairs around one product in one transaction, as far as they are open still."""
    group: list[tuple[DuplicatePair, Decision]] = []
    for number in numbers:
        pair = session.get(DuplicatePair, number)
        if pair is None or not pairs.is_open(session, pair):
            done.passed_over += 1
        else:
            group.append((pair, Decision(number, verdict, stays=_first(pair))))
    decided = 0
    with undoable_group(session, group, name, by=by, change=done.change) as kept:
        for pair, decision in group:
            if not pairs.is_open(session, pair):
                done.passed_over += 1
                continue
            try:
                with session.begin_nested():
                    apply(session, pair, decision, let_go, by=by, services=services)
                decided += 1
            except Contradiction as error:
                done.cannot += [str(error)] if len(done.cannot) < _MOST_TOLD else []
    done.decided += decided
    done.change = kept.number


def _groups(found: Iterable[DuplicatePair]) -> dict[str, list[DuplicatePair]]:
    """Put pairs together by the product that came first, which stays where they are merged."""
    groups: defaultdict[str, list[DuplicatePair]] = defaultdict(list)
    for pair in found:
        groups[_first(pair)].append(pair)
    return groups


def _first(pair: DuplicatePair) -> str:
    """Return the SKU of the one that came first."""
    return pair.first_sku if pair.first_id < pair.second_id else pair.second_sku
