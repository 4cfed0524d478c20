"""Counts what became of each row of an import."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from service.importing.course import Course, Step
from service.importing.pending import PendingRow
from service.importing.report import ImportReport, RowError, RowNote
from service.importing.row import Row
from service.progress import Progress
from service.stock.record import BatchOutcome
from service.wording import counted

UNCOUNTED = "uncounted"
_UNKEPT = 256  # rows that were refused since the course remembered a step


class Tally:
    """Adds up what batches and rules did with the rows, and tells of the progress."""

    def __init__(self, total: int | None, progress: Progress, course: Course | None) -> None:
        """Begin at none of about `total` rows; a `course` knows how many were done before."""
        self._total = total
        self._progress = progress
        self._course = course
        self._before = 0 if course is None else course.done
        self._done = 0
        self._failed: list[RowError] = []
        self._notes: list[RowNote] = []
        self._of_row: dict[int, list[RowNote]] = {}  # told once the row is dealt with
        self._numbers: list[int] = []  # of the rows dealt with since the last step
        self._brought: list[tuple[int, str]] = []  # likewise, where a course is told of them
        self._counts: Counter[str] = Counter()
        self._told: set[str] = set()  # of categories: each is asked about once

    def is_done(self, number: int) -> bool:
        """Say whether a row was dealt with before this import was taken up again."""
        return self._course is not None and self._course.is_done(number)

    def note(self, note: RowNote, number: int | None = None) -> None:
        """Remember what is to be told of the whole source, by its number if it has one there."""
        self._notes.append(note)
        if number is not None:
            self._numbers.append(number)

    def note_of(self, row: Row, notes: Sequence[RowNote]) -> None:
        """Remember what is to be told of a row before it is dealt with."""
        if notes:
            self._of_row[row.number] = list(notes)

    def refuse(self, error: RowError, number: int) -> None:
        """Count a row that did not go in, by its number in the source."""
        self._failed.append(error)
        self._counts["refused"] += 1
        self._finish(number)
        if len(self._numbers) >= _UNKEPT:
            self.keep(None)
        self.tell()

    def count(self, outcome: BatchOutcome, batch: Mapping[str, PendingRow]) -> None:
        """Count what a batch did with its rows, by SKU; those to come again are not done yet."""
        for name in ("added", "updated", "unchanged", "kept"):
            self._counts[name] += len(getattr(outcome, name))
        for sku, note in outcome.notes:
            if "is new and nearly" not in note or note not in self._told:
                self._notes.append(RowNote(batch[sku].row.line, sku, note))
            self._told.add(note)
        for sku in batch.keys() - set(outcome.retry):
            row = batch[sku].row
            self._notes += [RowNote(row.line, sku, note) for note in row.notes]
            self._finish(row.number)
        if self._course is not None:
            self._brought += [
                (batch[sku].row.line, sku) for sku in (*outcome.added, *outcome.updated)
            ]
        self._counts[UNCOUNTED] += sum(not batch[sku].counted for sku in outcome.added)

    def keep(self, session: Session | None) -> None:
        """Let the course remember what was dealt with, in the transaction that did it."""
        if self._course is None:
            return
        step = Step(
            self._numbers, self._failed, self._notes, self._brought, self._counts, self._done
        )
        self._course.keep(step, session)
        self._numbers, self._failed, self._notes, self._brought = [], [], [], []

    def tell(self) -> None:
        """Tell of the progress, in no transaction: it may end the import here."""
        done = self._before + self._done
        self._progress(done, None if self._total is None else max(self._total, done))

    def tell_all(self) -> None:
        """Tell that no row is left, whatever number of them was expected."""
        done = self._before + self._done
        self._progress(done, done)

    def report(self, ignored: int, dry_run: bool) -> ImportReport:
        """Return what became of all rows."""
        notes = self._notes
        if self._counts[UNCOUNTED] and self._course is None:
            notes = [*notes, RowNote(0, "", uncounted(self._counts[UNCOUNTED]))]
        return ImportReport(
            self._counts["added"],
            self._counts["updated"],
            self._counts["unchanged"],
            tuple(sorted(self._failed, key=lambda error: error.line)),
            ignored,
            dry_run,
            self._counts["kept"],
            tuple(sorted(notes, key=lambda note: note.line)),
        )

    def _finish(self, number: int) -> None:
        self._notes += self._of_row.pop(number, ())
        self._numbers.append(number)
        self._done += 1


def uncounted(products: int) -> str:
    """Say how many new products came without a stock."""
    which = "it" if products == 1 else "each"
    return f"{counted(products, 'new product')} came without a stock: {which} counts as 1 piece"
