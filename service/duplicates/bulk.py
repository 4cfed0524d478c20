"""One decision for many pairs, looked at before it is done, and undone as one change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import Contradiction
from catalog.models import now
from catalog.staff_changes import rename
from service.access.actor import Actor
from service.duplicates.deciding import Decision, Verdict, apply, undoable_group
from service.duplicates.many import as_looked_at, first_of, steps_of
from service.progress import Progress, no_progress
from service.stock.pictures import remove_unreferenced
from service.wiring import Services
from service.wording import counted

_MOST_TOLD = 100
WORDS = {
    Verdict.MERGE: "merged",
    Verdict.LINK: "linked as variants",
    Verdict.DISMISS: "kept apart",
}
"""What many pairs were, as their change is called."""


@dataclass(frozen=True, slots=True)
class RefusedPair:
    """A pair that stays as it is."""

    number: int
    sku: str  # of the product that came first
    reason: str


@dataclass(slots=True)
class BulkDone:
    """What it has done so far."""

    pairs: int  # that it takes
    change: int | None = None  # by which all of it can be undone
    step: int = 0  # the place behind the last transaction that is in
    decided: int = 0
    passed_over: int = 0  # decided by others meanwhile, or fallen away
    refused: int = 0  # could not be
    cannot: list[str] = field(default_factory=list)  # the first of the refused, and why

    @property
    def looked_at(self) -> int:
        """How many pairs it has been at."""
        return self.decided + self.passed_over + self.refused


Keep: TypeAlias = Callable[[Session, BulkDone, Sequence[RefusedPair]], None]
"""Told in each transaction what was done by its end, and what it refused itself."""


def _keep_nothing(_session: Session, _done: BulkDone, _refused: Sequence[RefusedPair]) -> None:
    """Leave it to whoever asked to see how far it came."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The pairs of a preview, as they were at an instant."""

    steps: list[list[int]]  # their numbers, by transactions
    at: datetime  # what stands under these numbers since is something else


def steps_looked_at(wanted: PairFilter, digest: str, *, services: Services) -> LookedAt:
    """Return the pairs of a preview.

    Raises:
        ConditionFailed: other pairs are meant by now than the preview said, by its `digest`.
    """
    # Nobody else writes meanwhile: what is written later is later by the clock, too.
    with services.database.writing() as session:
        return LookedAt(steps_of(as_looked_at(session, wanted, digest)), now())


def decide_bulk(
    steps: Sequence[Sequence[int]],
    verdict: Verdict,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
    done: BulkDone | None = None,
    keep: Keep = _keep_nothing,
    asked_at: datetime | None = None,
) -> BulkDone:
    """Decide pairs by their numbers, those of a step in one transaction.

    The change is called after what was done, also where it was cut off. It goes on then with what
    was `done`, which `keep` is told in each transaction. Pairs that stand on something else since
    they were looked at, now or at `asked_at`, are passed over: nobody has looked at these.
    """
    asked_at = asked_at or now()
    done = done or BulkDone(sum(map(len, steps)))
    for step in steps[done.step :]:
        let_go: list[str] = []
        refused: list[RefusedPair] = []
        with services.database.writing() as session:
            _decide_step(session, step, verdict, asked_at, done, refused, let_go, by, services)
            done.step += 1
            keep(session, done, refused)
        remove_unreferenced(let_go, services=services)
        progress(done.looked_at, done.pairs)
    return done


def _decide_step(
    session: Session,
    numbers: Sequence[int],
    verdict: Verdict,
    asked_at: datetime,
    done: BulkDone,
    refused: list[RefusedPair],
    let_go: list[str],
    by: Actor,
    services: Services,
) -> None:
    """Decide pairs around one product in one transaction, as far as they are open still."""
    group: list[tuple[DuplicatePair, Decision]] = []
    for number in numbers:
        pair = session.get(DuplicatePair, number)
        if pair is None or pair.found_at > asked_at or not pairs.is_open(session, pair):
            done.passed_over += 1
        else:
            group.append((pair, Decision(number, verdict, stays=first_of(pair))))
    decided, name = 0, _name(done.decided, verdict)
    with undoable_group(session, group, name, by=by, change=done.change) as kept:
        for pair, decision in group:
            if pair.found_at > asked_at or not pairs.is_open(session, pair):
                done.passed_over += 1
                continue
            try:
                with session.begin_nested():
                    apply(session, pair, decision, let_go, by=by, services=services)
                decided += 1
            except Contradiction as error:
                refused.append(RefusedPair(decision.number, first_of(pair), str(error)))
    done.decided += decided
    done.refused += len(refused)
    done.cannot += [each.reason for each in refused[: _MOST_TOLD - len(done.cannot)]]
    done.change = kept.number
    if kept.number is not None:
        rename(session, kept.number, _name(done.decided, verdict))


def _name(decided: int, verdict: Verdict) -> str:
    return f"{counted(decided, 'pair')} of possible duplicates: {WORDS[verdict]}"
