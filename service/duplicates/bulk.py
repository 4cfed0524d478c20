"""One decision for many pairs, looked at before it is done, and undone as one change."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import Contradiction
from catalog.staff_changes import rename
from service.access.actor import Actor
from service.duplicates.deciding import Decision, Verdict, apply, undoable_group
from service.duplicates.many import around, as_looked_at, first_of
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
class BulkDone:
    """What it has done."""

    pairs: int  # that it took
    decided: int = 0
    passed_over: int = 0  # decided by others meanwhile, or fallen away
    refused: int = 0  # could not be
    cannot: list[str] = field(default_factory=list)  # the first of the refused, and why
    change: int | None = None  # by which all of it can be undone


def decide_bulk(
    wanted: PairFilter, verdict: Verdict, digest: str, *, by: Actor, services: Services
) -> BulkDone:
    """Decide the pairs of a preview, those around one product in one transaction.

    The change is called after what was done, also where it was cut off.

    Raises:
        ConditionFailed: other pairs are meant by now than the preview said, by its `digest`.
    """
    with services.database.reading() as session:
        found = as_looked_at(session, wanted, digest)
        numbers = [[pair.id for pair in group] for group in around(found).values()]
    done = BulkDone(len(found))
    for some in numbers:
        let_go: list[str] = []
        with services.database.writing() as session:
            _decide_group(session, some, verdict, done, let_go, by, services)
        remove_unreferenced(let_go, services=services)
    return done


def _decide_group(
    session: Session,
    numbers: Sequence[int],
    verdict: Verdict,
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
            group.append((pair, Decision(number, verdict, stays=first_of(pair))))
    decided, name = 0, _name(done.decided, verdict)
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
                done.refused += 1
                done.cannot += [str(error)] if len(done.cannot) < _MOST_TOLD else []
    done.decided += decided
    done.change = kept.number
    if kept.number is not None:
        rename(session, kept.number, _name(done.decided, verdict))


def _name(decided: int, verdict: Verdict) -> str:
    return f"{counted(decided, 'pair')} of possible duplicates: {_WORDS[verdict]}"
