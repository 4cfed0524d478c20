"""One decision for many pairs, looked at before it is done, and undone as one change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.errors import Contradiction
from catalog.models import now
from catalog.staff_changes import rename
from service.access.actor import Actor
from service.duplicates.applying import Decided, apply_all, how_many_apart, keeping, touched_by
from service.duplicates.decision import Decision, Verdict
from service.duplicates.many import as_looked_at, first_of, steps_of
from service.progress import Progress, no_progress
from service.stock.pictures import remove_unreferenced
from service.stock.portions import Portions
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
    # Nobody else writes meanwhile: what is found later is later.
    with services.database.writing() as session:
        steps = steps_of(as_looked_at(session, wanted, digest))
        return LookedAt(steps, pairs.latest_found(session) or now())


def decide_bulk(
    steps: Sequence[Sequence[int]],
    verdict: Verdict,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
    done: BulkDone | None = None,
    keep: Keep = _keep_nothing,
    asked_at: datetime,
) -> BulkDone:
    """Decide pairs by their numbers, as many steps in one transaction as it has time for.

    The change is called after what was done, also where it was cut off. It goes on then with what
    was `done`, which `keep` is told in each transaction. Pairs that stand on something else since
    they were looked at, at `asked_at`, are passed over: nobody has looked at these.
    """
    done = done or BulkDone(sum(map(len, steps)))
    portions = Portions()
    while done.step < len(steps):
        let_go: list[str] = []
        refused: list[RefusedPair] = []
        with services.database.writing() as session:
            portions.begin()
            while done.step < len(steps) and (room := portions.room):
                before = done.looked_at
                some = _Some(session, verdict, asked_at, by, services)
                some.decide(steps[done.step : done.step + room], room, done)
                let_go += some.let_go
                refused += some.refused
                portions.did(done.looked_at - before)
            keep(session, done, refused)
        remove_unreferenced(let_go, services=services)
        progress(done.looked_at, done.pairs)
    return done


class _Some:
    """Decides the pairs of some steps within a transaction, as far as they are open still."""

    def __init__(
        self, session: Session, verdict: Verdict, asked_at: datetime, by: Actor, services: Services
    ) -> None:
        self._session, self._verdict, self._asked_at = session, verdict, asked_at
        self._by, self._services = by, services
        self.let_go: list[str] = []
        self.refused: list[RefusedPair] = []
        self._decided = 0

    def decide(self, steps: Sequence[Sequence[int]], most: int, done: BulkDone) -> None:
        """Decide the first of these steps that have nothing in common, and count on.

        They are of `most` pairs, unless the first has more.
        """
        steps = [step for at, step in enumerate(steps) if not at or _pairs(steps, at) <= most]
        still = self._open([number for step in steps for number in step])
        groups = [[still[number] for number in step if number in still] for step in steps]
        touched = touched_by(self._session, groups)
        apart = how_many_apart(touched)
        groups, touched, asked = groups[:apart], touched[:apart], _pairs(steps, apart - 1)
        name = _name(done.decided, self._verdict)
        with keeping(self._session, touched, name, by=self._by, change=done.change) as kept:
            for at, decided in enumerate(zip_longest(*groups)):
                # Of a group a pair is decided after another, which may have made it none.
                some = [each for each in decided if each is not None]
                left = self._open([pair.id for pair, _ in some]) if at else None
                self._apply([each for each in some if left is None or each[0].id in left])
        done.step += apart
        done.decided += self._decided
        done.refused += len(self.refused)
        done.passed_over += asked - self._decided - len(self.refused)
        done.cannot += [each.reason for each in self.refused[: _MOST_TOLD - len(done.cannot)]]
        done.change = kept.number
        if kept.number is not None:
            rename(self._session, kept.number, _name(done.decided, self._verdict))

    def _open(self, numbers: Sequence[int]) -> dict[int, Decided]:
        return {
            number: (pair, Decision(number, self._verdict, stays=first_of(pair)))
            for number, pair in pairs.open_among(self._session, numbers).items()
            if pair.found_at <= self._asked_at
        }

    def _apply(self, decided: Sequence[Decided]) -> None:
        """Decide pairs that have no product in common; where one cannot be, one by one."""
        if not decided:
            return
        try:
            with self._session.begin_nested():
                _, let_go = apply_all(self._session, decided, by=self._by, services=self._services)
        except Contradiction as error:
            if len(decided) > 1:
                for each in decided:
                    self._apply([each])
            else:
                [(pair, decision)] = decided
                self.refused.append(RefusedPair(decision.number, first_of(pair), str(error)))
        else:
            self._decided += len(decided)
            self.let_go += let_go


def _pairs(steps: Sequence[Sequence[int]], last: int) -> int:
    """Count the pairs up to a step and with it."""
    return sum(len(step) for step in steps[: last + 1])


def _name(decided: int, verdict: Verdict) -> str:
    return f"{counted(decided, 'pair')} of possible duplicates: {WORDS[verdict]}"
