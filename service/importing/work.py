"""One import under way: what is being read, what waits for its batch, and what came of it."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future

from sqlalchemy.orm import Session

from catalog.vocabulary import Meaning
from embeddings.photos.stream import StreamItem, read_stream
from embeddings.types import Encoder
from service.importing.addressed import Addressed
from service.importing.course import Course, Numbered
from service.importing.gathering import Gathering, Key
from service.importing.pending import PendingRow
from service.importing.rehearsal import Rehearsing
from service.importing.report import ImportReport, RowNote
from service.importing.row import Row
from service.importing.source import Source
from service.importing.tally import Tally
from service.progress import Interrupted, Progress
from service.stock.record import BatchOutcome, present_fingerprint, record_batch, rehearse_batch
from service.wiring import Services

_STORING = 6  # rows whose pictures are being stored
BATCH = 256  # products in one transaction; a kill loses no more than the reading of these
_LONGEST_S = 2.0  # from one transaction to the next, so that whoever watches sees it go on


class Work:
    """Reads rows and records them; `run` it on the source's rows, then `run_again`."""

    def __init__(
        self,
        source: Source,
        services: Services,
        pool: Executor,
        *,
        dry_run: bool,
        as_person: bool,
        progress: Progress,
        addressed: Addressed,
        course: Course | None,
        answers: Mapping[str, str],
    ) -> None:
        self._source = source
        self._services = services
        self._pool = pool
        self._dry_run = dry_run
        self._as_person = as_person
        self._addressed = addressed
        self._meanings = [Meaning(word, category) for word, category in answers.items()]
        self._first_line: dict[str, int] = {}  # of each SKU
        self._ready: list[PendingRow] = []
        self._storing: deque[tuple[PendingRow, Future[None]]] = deque()
        self._retry: list[Row] = []
        self._flushed_at = time.monotonic()
        self._tally = Tally(source.count(), progress, course)
        self._gathering = Gathering(source, services, addressed, self._tally.tell, dry_run=dry_run)

    def run(self, rows: Iterable[Row | Numbered | RowNote]) -> None:
        """Read the pictures of these rows, but for those that are known, and record them."""
        self._read(self._once(rows), trust_known=True)

    def run_again(self) -> None:
        """Read those rows wholly of which another process has meanwhile taken a part away."""
        rows, self._retry = self._retry, []
        if rows:
            self._read(iter(rows), trust_known=False)

    def give_up(self) -> None:
        """Report the rows that could not be recorded each time; none is left then."""
        for row in self._retry:
            error = row.error("others change the catalogue meanwhile: import it again")
            self._tally.refuse(error, row.number)
        self._tally.keep(None)
        self._tally.tell_all()

    def report(self) -> ImportReport:
        """Return what became of it all."""
        if told := self._addressed.note():
            self._tally.note(RowNote(0, "", told))
        return self._tally.report(self._source.ignored, self._dry_run)

    def _read(self, rows: Iterator[Row], trust_known: bool) -> None:
        # Asked for once: all of a batch must be read by one model.
        reader = self._reader()
        try:
            for item in read_stream(
                self._pictures(rows, trust_known, reader),
                reader,
                self._services.settings.photo_limits,
                useful_side=self._services.store.longest_side,
                keep_photos=not self._dry_run,
                prepare=None if self._dry_run else self._services.store.prepare,
                beat=self._tally.tell,
            ):
                self._take(item)
                self._flush_if(BATCH, reader)
        except Interrupted:
            self._finish(reader)  # what is read and stored by now is not to be read again
            raise
        self._finish(reader)

    def _finish(self, reader: Encoder) -> None:
        """Record what is read."""
        self._wait_for_storing(0)
        self._flush_if(1, reader)

    def _reader(self) -> Encoder:
        if self._dry_run:
            return Rehearsing(present_fingerprint(services=self._services))
        return self._services.encoder

    def _once(self, rows: Iterable[Row | Numbered | RowNote]) -> Iterator[Row]:
        """Leave out what is no row or was done before, and repeated SKUs; report what is new."""
        notes: list[RowNote] = []  # of the row that follows
        for row in rows:
            self._tally.tell()
            if isinstance(row, RowNote):
                notes.append(row)
                continue
            is_done = self._tally.is_done(row.number)
            if isinstance(row, Numbered):
                if not is_done:
                    self._tell_of(row)
                continue
            first = self._first_line.get(row.sku)
            if first is None and not row.faults:  # what cannot be read keeps no later one out
                self._first_line[row.sku] = row.line
            if not is_done:
                self._tally.note_of(row, notes)
                if first is None:
                    yield row
                else:
                    self._tally.refuse(row.error(_before(row, first)), row.number)
            notes = []

    def _tell_of(self, found: Numbered) -> None:
        if isinstance(found.told, RowNote):
            self._tally.note(found.told, found.number)
        else:
            self._tally.refuse(found.told, found.number)

    def _pictures(
        self, rows: Iterator[Row], trust_known: bool, reader: Encoder
    ) -> Iterator[tuple[Key, bytes]]:
        """Yield every picture that must be decoded; rows without one are recorded on the way."""
        for chunk in self._gathering.chunks(rows, BATCH, trust_known=trust_known):
            for row in chunk:
                self._tally.tell()
                yield from self._gathering.pictures(row)
                self._less_waiting(row.pending)
                self._flush_if(BATCH, reader)

    def _take(self, item: StreamItem[Key]) -> None:
        pending, photo = item.key
        if item.error is not None:
            pending.faults.append(f"the picture '{photo.name}': {item.error}")
        photo.photo, photo.reading = item.photo, item.reading
        self._less_waiting(pending)

    def _less_waiting(self, pending: PendingRow) -> None:
        pending.waiting -= 1
        if pending.waiting:
            return
        if pending.refused:
            self._tally.refuse(pending.row.error(*pending.faults), pending.row.number)
            self._gathering.done_with([pending], recorded=False)
            return
        if self._dry_run:
            pending.rehearse()
            self._ready.append(pending)
            return
        # Encoding pictures takes as long as reading them, and decoded ones fill the memory: they
        # are stored beside the network's work, and few may wait for it.
        self._storing.append((pending, self._pool.submit(pending.store, self._services.store)))
        self._wait_for_storing(_STORING)

    def _wait_for_storing(self, at_most: int) -> None:
        while len(self._storing) > at_most:
            pending, stored = self._storing.popleft()
            stored.result()
            self._ready.append(pending)

    def _flush_if(self, at_least: int, reader: Encoder) -> None:
        late = time.monotonic() - self._flushed_at > _LONGEST_S
        if len(self._ready) < (1 if late else at_least):
            return
        batch, self._ready = self._ready, []
        self._flushed_at = time.monotonic()
        records = [pending.record(reader, as_person=self._as_person) for pending in batch]
        by_sku = {pending.row.sku: pending for pending in batch}

        def count(session: Session | None, outcome: BatchOutcome) -> None:
            self._tally.count(outcome, by_sku)
            self._tally.keep(session)

        if self._dry_run:
            outcome = rehearse_batch(records, services=self._services, meanings=self._meanings)
            count(None, outcome)
        else:
            outcome = record_batch(records, services=self._services, beside=count)
        retry = set(outcome.retry)
        self._retry += [pending.row for pending in batch if pending.row.sku in retry]
        through = (pending for pending in batch if pending.row.sku not in retry)
        self._gathering.done_with(through, recorded=True)
        self._tally.tell()


def _before(row: Row, first: int) -> str:
    written = row.cells.get("sku", row.sku).strip()
    alike = "" if written == row.sku else f", as '{row.sku}', from which '{written}' is not told"
    return f"the sku was there before, at {first}{alike}"
