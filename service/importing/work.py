"""One import under way: what is being read, what waits for its batch, and what came of it."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from typing import TypeAlias

import numpy as np

from catalog.errors import BadRow
from catalog.exported import WholeProduct, products_by_sku
from embeddings.photo import PhotoLimits
from embeddings.stream import StreamItem, read_stream
from embeddings.types import Photo, Reading
from service.importing.pending import PendingPhoto, PendingRow
from service.importing.report import ImportReport, RowError, printable
from service.importing.source import Row, Source
from service.progress import Progress
from service.store_batch import record_batch
from service.wiring import Services

_STORING = 6  # rows whose pictures are being stored
BATCH = 256  # products in one transaction; a kill loses no more than the reading of these

_Key: TypeAlias = tuple[PendingRow, PendingPhoto]


class Work:
    """Reads rows and records them; `run` it on the source's rows, then `run_again`."""

    def __init__(
        self,
        source: Source,
        services: Services,
        pool: Executor,
        *,
        dry_run: bool,
        progress: Progress,
    ) -> None:
        self._source = source
        self._services = services
        self._dry_run = dry_run
        self._progress = progress
        self._total = source.count()
        self._done = 0
        self._first_line: dict[str, int] = {}  # of each SKU
        self._ready: list[PendingRow] = []
        self._storing: deque[tuple[PendingRow, Future[None]]] = deque()
        self._pool = pool
        self._retry: list[Row] = []
        self._failed: list[RowError] = []
        self._added = self._updated = self._unchanged = 0

    def run(self, rows: Iterable[Row | RowError]) -> None:
        """Read the pictures of these rows, but for those that are known, and record them."""
        self._read(self._once(rows), trust_known=True)

    def run_again(self) -> None:
        """Read those rows wholly of which another process has meanwhile taken a part away."""
        rows, self._retry = self._retry, []
        if rows:
            self._read(iter(rows), trust_known=False)

    def give_up(self) -> None:
        """Report the rows that could not be recorded each time."""
        for row in self._retry:
            self._fail(row.line, row.sku, "others change the catalogue meanwhile: import it again")

    def report(self) -> ImportReport:
        """Say what became of it all."""
        return ImportReport(
            self._added,
            self._updated,
            self._unchanged,
            tuple(sorted(self._failed, key=lambda error: error.line)),
            self._source.ignored,
            self._dry_run,
        )

    def _read(self, rows: Iterator[Row], trust_known: bool) -> None:
        # Asked for once: all of a batch must be read by one model.
        model = None if self._dry_run else self._services.model
        fingerprint = None if model is None else model.fingerprint
        settings = self._services.settings
        for item in read_stream(
            self._pictures(rows, trust_known, fingerprint),
            _NoNetwork() if model is None else model.encoder,
            PhotoLimits(settings.max_upload_bytes, settings.max_pixels),
            useful_side=self._services.store.longest_side,
            keep_photos=not self._dry_run,
        ):
            self._take(item)
            self._flush_if(BATCH, fingerprint)
        self._wait_for_storing(0)
        self._flush_if(1, fingerprint)

    def _once(self, rows: Iterable[Row | RowError]) -> Iterator[Row]:
        """Leave out bad rows and repeated SKUs, and report them."""
        for row in rows:
            if isinstance(row, RowError):
                self._fail(row.line, row.sku, row.reason)
                continue
            first = self._first_line.setdefault(row.sku, row.line)
            if first != row.line:
                self._fail(row.line, row.sku, f"the sku was there before, at {first}")
                continue
            yield row

    def _pictures(
        self, rows: Iterator[Row], trust_known: bool, fingerprint: str | None
    ) -> Iterator[tuple[_Key, bytes]]:
        """Give every picture that must be decoded; rows without one are recorded on the way."""
        while chunk := list(islice(rows, BATCH)):
            known = self._known([row.sku for row in chunk])
            for row in chunk:
                pending = PendingRow(row, known.get(row.sku))
                try:
                    pending.facts()
                    yield from self._pictures_of(pending, trust_known)
                except BadRow as error:
                    pending.error = str(error)
                self._less_waiting(pending)
                self._flush_if(BATCH, fingerprint)

    def _pictures_of(self, pending: PendingRow, trust_known: bool) -> Iterator[tuple[_Key, bytes]]:
        held = self._held(pending.known) if trust_known else set()
        there: set[str] = set()
        for name in pending.row.photos:
            data = self._source.read(name)
            digest = hashlib.sha256(data).hexdigest()
            if digest in there:  # the same file twice is one photo
                continue
            there.add(digest)
            photo = PendingPhoto(name, digest)
            pending.photos.append(photo)
            if digest not in held:
                pending.waiting += 1
                yield (pending, photo), data

    def _held(self, known: WholeProduct | None) -> set[str]:
        """Give the sources of a product's photos whose pictures are still there."""
        if known is None:
            return set()
        pairs = zip(known.source_digests, known.digests, strict=True)
        return {source for source, digest in pairs if digest in self._services.store}

    def _known(self, skus: Sequence[str]) -> dict[str, WholeProduct]:
        if self._dry_run and not self._services.settings.database.exists():
            return {}  # opening it would make it
        with self._services.database.reading() as session:
            return products_by_sku(session, skus)

    def _take(self, item: StreamItem[_Key]) -> None:
        pending, photo = item.key
        if item.error is not None:
            pending.error = pending.error or f"the picture '{photo.name}': {item.error}"
        photo.photo, photo.reading = item.photo, item.reading
        self._less_waiting(pending)

    def _less_waiting(self, pending: PendingRow) -> None:
        pending.waiting -= 1
        if pending.waiting:
            return
        if pending.error is not None:
            self._fail(pending.row.line, pending.row.sku, pending.error)
            return
        if self._dry_run:
            self._rehearse(pending)
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

    def _rehearse(self, pending: PendingRow) -> None:
        self._added += pending.known is None
        self._unchanged += pending.unchanged()
        self._updated += pending.known is not None and not pending.unchanged()
        self._tell(1)

    def _flush_if(self, at_least: int, fingerprint: str | None) -> None:
        if len(self._ready) < at_least:
            return
        batch, self._ready = self._ready, []
        outcome = record_batch(
            [pending.record() for pending in batch],
            services=self._services,
            fingerprint=fingerprint,
        )
        self._added += len(outcome.added)
        self._updated += len(outcome.updated)
        self._unchanged += len(outcome.unchanged)
        retry = set(outcome.retry)
        self._retry += [pending.row for pending in batch if pending.row.sku in retry]
        self._tell(len(batch) - len(retry))

    def _fail(self, line: int, sku: str, reason: str) -> None:
        self._failed.append(RowError(line, sku, printable(reason)))
        self._tell(1)

    def _tell(self, more: int) -> None:
        self._done += more
        total = None if self._total is None else max(self._total, self._done)
        self._progress(self._done, total)


class _NoNetwork:
    """Reads nothing: a rehearsal asks only whether pictures can be decoded."""

    labels: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    fingerprint = ""
    dim = 0

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Give an empty reading for each photo."""
        nothing = np.empty(0, dtype=np.float32)
        return [Reading(nothing, nothing, nothing)] * len(photos)
