"""Pairs of products that are one, merged by the hundred, and brought back."""

from collections.abc import Mapping
from pathlib import Path

from catalog.duplicates.moved import moves_of
from catalog.duplicates.pairs import PairFilter, open_pairs
from catalog.kept_states import State, states_of
from catalog.staff_changes import StaffChange, newest_changes
from embeddings.files import names
from service.duplicates.decision import Verdict
from service.duplicates.searching import find_all
from service.jobs.job import Job
from service.jobs.kinds.changing_many import ask_to_undo
from service.jobs.kinds.deciding_pairs import ask_to_decide
from service.stock.record import record_batch
from tests.never_drifts.works import ME, Work
from tests.patterns import garment
from tests.stock_of_pictures import product_of

PAIRS = 60
_TWICE = "TWICE-"


class Mergers(Work):
    """Products that came twice: one of each is merged into the other, and all of it is undone."""

    name = "merge and undo"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for number in range(PAIRS):
            photo = garment(number)
            both = [f"{number}", f"{_TWICE}{number}"]
            items = [product_of(self.services, sku, photo, brand=sku) for sku in both]
            record_batch(items, services=self.services)
        find_all(services=self.services)
        self._before = self._held()
        self._change: int | None = None  # to be undone next

    def ask(self) -> int:
        """Ask for the undo of what was merged, or for mergers."""
        if self._change is not None:
            return ask_to_undo(self._change, by=ME, services=self.services).number
        self._last = self._newest()
        steps = [[number] for number in self._open().values()]
        assert len(steps) == PAIRS, f"{len(steps)} pairs are open"
        return ask_to_decide(steps, Verdict.MERGE, by=ME, services=self.services).number

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check that all are merged, or all as they were."""
        if job.kind == "undo":
            number, self._change = self._change, None
            return self._undone(number, merged=0)
        return {
            f"counted {job.counts}": job.counts["decided"] == PAIRS,
            **self._merged(job, PAIRS),
        }

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check that as many are merged, or brought back, as is counted."""
        if job.kind == "undo":
            return self._undone(self._change, merged=None)
        return self._merged(job, job.counts.get("decided", 0))

    def _merged(self, job: Job, merged: int) -> dict[str, bool]:
        """Check that each pair is wholly merged or wholly open, and so many are merged."""
        now, moved, is_open = self._held(), self._moved(), self._open()
        gone = {sku for sku in self._before if sku not in now}
        with self.services.database.reading() as session:
            new = [each for each in newest_changes(session, 9) if each.id > self._last]
            told = [(each.id, each.name, each.undone) for each in new]
        self._change = told[0][0] if told else None
        pairs = "1 pair" if merged == 1 else f"{merged} pairs"
        return {
            f"{len(gone)} are gone, {merged} were counted: {job.counts}": len(gone) == merged,
            "another product is gone than was to go": all(sku.startswith(_TWICE) for sku in gone),
            "SKUs lead elsewhere": moved == {sku: sku.removeprefix(_TWICE) for sku in gone},
            "a pair is open though one is gone": set(is_open) | gone
            == {sku for sku in self._before if sku.startswith(_TWICE)},
            f"told of as {told}": [name.split(" of ")[0] for _, name, _ in told]
            == [pairs] * bool(merged),
        }

    def _undone(self, number: int | None, *, merged: int | None) -> dict[str, bool]:
        """Check that what was brought back is as before, with its pair."""
        now, moved, is_open = self._held(), self._moved(), self._open()
        gone = {sku for sku in self._before if sku not in now}
        with self.services.database.reading() as session:
            change = session.get(StaffChange, number)
            assert change is not None
            whole = change.undone == change.products
        return {
            f"{len(gone)} are gone still": merged in (None, len(gone)),
            f"undone wholly: {whole}": whole or merged is None,
            "what came back is not as before": all(
                now[sku] == state
                for sku, state in self._before.items()
                if sku.startswith(_TWICE) and sku in now
            ),
            "not all is as before": merged is None or now == self._before,
            "SKUs lead elsewhere": moved == {sku: sku.removeprefix(_TWICE) for sku in gone},
            "pairs did not come back": set(is_open) | gone
            == {sku for sku in self._before if sku.startswith(_TWICE)},
        }

    def _held(self) -> dict[str, State]:
        skus = [f"{start}{number}" for start in ("", _TWICE) for number in range(PAIRS)]
        with self.services.database.reading() as session:
            return states_of(session, skus)

    def _moved(self) -> dict[str, str]:
        """Return where the SKUs lead that are of no product any more."""
        skus = [f"{_TWICE}{number}" for number in range(PAIRS)]
        with self.services.database.reading() as session:
            moves = moves_of(session, skus, names.key)
        return {sku: move.stayed for sku, move in moves.items()}

    def _open(self) -> dict[str, int]:
        """Return the numbers of the open pairs of a product and itself, by the second SKU."""
        with self.services.database.reading() as session:
            return {
                max(pair.first_sku, pair.second_sku): pair.id
                for pair in open_pairs(session, PairFilter(), 10_000)
                if max(pair.first_sku, pair.second_sku)
                == _TWICE + min(pair.first_sku, pair.second_sku)
            }

    def _newest(self) -> int:
        with self.services.database.reading() as session:
            return max((each.id for each in newest_changes(session, 1)), default=0)
