"""Gathers what is known of rows, and finds the bytes of their pictures, wherever these lie."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from catalog.duplicates.moved import moves_of
from catalog.errors import BadRow
from catalog.exported import WholeProduct, products_by_sku
from embeddings.files import names
from service.importing.addressed import Addressed, Found
from service.importing.elsewhere import PictureElsewhere, not_fetched
from service.importing.pending import PendingPhoto, PendingRow
from service.importing.rehearsal import UNREAD
from service.importing.row import Row
from service.importing.source import Source
from service.wiring import Services

Key: TypeAlias = tuple[PendingRow, PendingPhoto]


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A row beside what is known of its product."""

    pending: PendingRow
    known: WholeProduct | None
    held: frozenset[str]  # digests of the files of its photos, whose pictures are still there
    refused: bool  # whatever its pictures are


class Gathering:
    """Goes over rows, a chunk at a time."""

    def __init__(
        self,
        source: Source,
        services: Services,
        addressed: Addressed,
        beat: Callable[[], None],
        *,
        dry_run: bool,
    ) -> None:
        """Take where rows come from, and what to call now and then while pictures are awaited."""
        self._beat = beat
        self._source = source
        self._services = services
        self._addressed = addressed
        self._dry_run = dry_run

    def chunks(
        self, rows: Iterator[Row], size: int, *, trust_known: bool
    ) -> Iterator[list[Gathered]]:
        """Give rows with what is known of them; pictures of the next ones are being fetched."""
        waiting: deque[list[Gathered]] = deque()
        while chunk := list(islice(rows, size)):
            waiting.append(self._chunk(chunk, trust_known))
            if len(waiting) > self._addressed.chunks_ahead:
                yield waiting.popleft()
        yield from waiting

    def pictures(self, row: Gathered) -> Iterator[tuple[Key, bytes]]:
        """Give every picture of a row that must be decoded, and note what is wrong with others."""
        pending, known = row.pending, row.known
        there: set[str] = set()
        addresses: list[str] = []
        for name in pending.row.photos:
            try:
                if (found := self._found(name, row)) is None:
                    continue
            except PictureElsewhere:
                addresses.append(name)
                continue
            except BadRow as error:
                pending.faults.append(str(error))
                continue
            digest, data = found
            if digest in there:  # the same file twice is one photo
                continue
            there.add(digest)
            if pending.row.same_photos and known and digest not in known.source_digests:
                pending.faults.append(_another(pending.row.sku, name))
                continue
            photo = PendingPhoto(name, digest)
            pending.photos.append(photo)
            if digest in row.held:
                continue
            if data is None:  # a rehearsal fetches nothing
                photo.reading = UNREAD
                continue
            pending.waiting += 1
            yield (pending, photo), data
        if addresses:
            pending.faults.append(not_fetched(addresses))

    def done_with(self, rows: Iterable[PendingRow], *, recorded: bool) -> None:
        """Say that rows are through, in the catalogue or not."""
        if addresses := [name for row in rows for name in row.elsewhere]:
            self._addressed.done_with(addresses, recorded=recorded and not self._dry_run)

    def _chunk(self, rows: Sequence[Row], trust_known: bool) -> list[Gathered]:
        known, merged = self._known([row.sku for row in rows])
        gathered = [
            self._gathered(row, known.get(row.sku), row.sku in merged, trust_known) for row in rows
        ]
        # Of a row that cannot go in anyway nothing is fetched.
        self._addressed.begin(
            [
                (name, row.held)
                for row in gathered
                if not row.refused
                for name in row.pending.elsewhere
            ]
        )
        return gathered

    def _gathered(
        self, row: Row, known: WholeProduct | None, merged: bool, trust_known: bool
    ) -> Gathered:
        elsewhere = frozenset(name for name in row.photos if self._source.is_elsewhere(name))
        pending = PendingRow(row, elsewhere=elsewhere)
        if not merged:  # what stays out lacks nothing
            pending.check(known)
        held = self._held(known) if trust_known else frozenset[str]()
        return Gathered(pending, known, held, pending.refused)

    def _found(self, name: str, row: Gathered) -> Found | None:
        """Give a picture's digest and bytes; None where it is not asked for. Raises: BadRow."""
        if name in row.pending.elsewhere:
            if row.refused and self._addressed.fetches:
                return None
            return self._addressed.take((name, row.held), self._beat)
        data = self._source.read(name)
        return hashlib.sha256(data).hexdigest(), data

    def _held(self, known: WholeProduct | None) -> frozenset[str]:
        """Return the sources of a product's photos whose pictures are still there."""
        if known is None:
            return frozenset()
        pairs = zip(known.source_digests, known.digests, strict=True)
        return frozenset(source for source, digest in pairs if digest in self._services.store)

    def _known(self, skus: Sequence[str]) -> tuple[dict[str, WholeProduct], Set[str]]:
        """Return the products that there are, and the SKUs of those merged into others."""
        if self._dry_run and not self._services.settings.database.exists():
            return {}, frozenset()  # opening it would make it
        with self._services.database.reading() as session:
            known = products_by_sku(session, skus)
            others = [sku for sku in skus if sku not in known]
            return known, moves_of(session, others, names.key).keys()


def _another(sku: str, name: str) -> str:
    return (
        f"the product '{sku}' has another picture, and '{name}' is a name that comes again: rename "
        "the file, or name products by folder and file (--sku-from both)"
    )
