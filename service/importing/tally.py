"""Counts what became of each row of an import."""

from collections.abc import Mapping

from service.importing.pending import PendingRow
from service.importing.report import ImportReport, RowError, RowNote
from service.progress import Progress
from service.stock.record import BatchOutcome
from service.wording import counted


class Tally:
    """Adds up what batches and rules did with the rows, and tells of the progress."""

    def __init__(self, total: int | None, progress: Progress) -> None:
        """Begin at none of about `total` rows."""
        self._total = total
        self._progress = progress
        self._done = 0
        self._failed: list[RowError] = []
        self._notes: list[RowNote] = []
        self._added = self._updated = self._unchanged = self._kept = 0
        self._told: set[str] = set()  # of categories: each is asked about once
        self._uncounted = 0

    def note(self, note: RowNote) -> None:
        """Remember what is to be told."""
        self._notes.append(note)

    def refuse(self, error: RowError) -> None:
        """Count a row that did not go in."""
        self._failed.append(error)
        self._tell(1)

    def count(self, outcome: BatchOutcome, batch: Mapping[str, PendingRow]) -> None:
        """Count what a batch did with its rows, by SKU; those to come again are not done yet."""
        self._added += len(outcome.added)
        self._updated += len(outcome.updated)
        self._unchanged += len(outcome.unchanged)
        self._kept += len(outcome.kept)
        for sku, note in outcome.notes:
            if "is new and nearly" not in note or note not in self._told:
                self._notes.append(RowNote(batch[sku].row.line, sku, note))
            self._told.add(note)
        done = batch.keys() - set(outcome.retry)
        for sku in done:
            row = batch[sku].row
            self._notes += [RowNote(row.line, sku, note) for note in row.notes]
        self._uncounted += sum(not batch[sku].counted for sku in outcome.added)
        self._tell(len(done))

    def beat(self) -> None:
        """Tell of the progress again, though there is none."""
        self._tell(0)

    def report(self, ignored: int, dry_run: bool) -> ImportReport:
        """Return what became of all rows."""
        notes = self._notes
        if self._uncounted:
            notes = [*notes, RowNote(0, "", _uncounted(self._uncounted))]
        return ImportReport(
            self._added,
            self._updated,
            self._unchanged,
            tuple(sorted(self._failed, key=lambda error: error.line)),
            ignored,
            dry_run,
            self._kept,
            tuple(sorted(notes, key=lambda note: note.line)),
        )

    def _tell(self, more: int) -> None:
        self._done += more
        total = None if self._total is None else max(self._total, self._done)
        self._progress(self._done, total)


def _uncounted(products: int) -> str:
    which = "it" if products == 1 else "each"
    return f"{counted(products, 'new product')} came without a stock: {which} counts as 1 piece"
