"""Pictures at addresses, fetched while those before them are read."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from catalog.errors import BadRow
from catalog.fetched_files import Fetched, fetched_files, forget_fetched, remember_fetched
from service.fetching import (
    Fetcher,
    FetchPolicy,
    NotHad,
    Received,
    Unchanged,
    Validators,
    open_fetcher,
)
from service.fetching.spool import Spool
from service.importing.addressed import Found, Wanted, not_had
from service.wiring import Services

_ON_DISK_BYTES = 512 * 1024 * 1024  # of files that no row waits for, should one name them again
_ENTRY_BYTES = 16 * 1024  # what an answer without a file counts as among these
_BEAT_S = 1.0
_REMEMBERED = timedelta(days=400)  # since its server was last asked


class FetchedPictures:
    """Fetches ahead of the rows that are read; what was had is on the disk until its row is in."""

    fetches = True
    chunks_ahead = 1

    def __init__(self, fetcher: Fetcher, spool: Spool, services: Services) -> None:
        """Take what fetches, and where files lie meanwhile."""
        self._fetcher = fetcher
        self._spool = spool
        self._database = services.database
        self._before: dict[str, Fetched] = {}  # by address, as the catalogue remembers it
        self._asked: dict[tuple[str, bool], Future[Received | Unchanged]] = {}
        self._had: dict[str, Fetched] = {}  # to be remembered once its row is in

    def begin(self, wanted: Sequence[Wanted]) -> None:
        """Begin to fetch what is soon to be taken."""
        new = {address for address, _ in wanted} - self._before.keys()
        if new:
            with self._database.reading() as session:
                self._before |= fetched_files(session, new)
        for address, held in wanted:
            self._spool.want(address)
            before = self._held_before((address, held))
            if before is None or not self._is_fresh(before):
                self._ask(address, before)

    def take(self, wanted: Wanted, beat: Callable[[], None]) -> Found:
        """Give a picture's file; no bytes where its product has it. Raises: BadRow."""
        address, held = wanted
        before = self._held_before(wanted)
        if before is not None and self._is_fresh(before):
            return before.source_digest, None
        for _ in range(2):
            try:
                came = _outcome(self._ask(address, before), beat)
            except NotHad as error:
                raise BadRow(not_had(address, str(error))) from None
            if isinstance(came, Unchanged):
                assert before is not None
                self._had[address] = replace(before, asked_at=datetime.now(UTC))
                return before.source_digest, None
            told = came.validators
            self._had[address] = Fetched(came.digest, told.etag, told.modified, datetime.now(UTC))
            if came.digest in held:
                return came.digest, None
            if (data := self._spool.read(address, came)) is not None:
                return came.digest, data
            self._forget(address)  # somebody has cleared the folder
        raise BadRow(not_had(address, "what was fetched is gone from the disk again"))

    def done_with(self, addresses: Sequence[str], *, recorded: bool) -> None:
        """Remember what came of rows that are in; files of rows that are through may go."""
        if recorded and (had := {a: self._had[a] for a in addresses if a in self._had}):
            with self._database.writing() as session:
                remember_fetched(session, had)
            self._before |= had
        for address in addresses:
            for gone in self._spool.let_go(address, self._size(address)):
                self._forget(gone)
                self._before.pop(gone, None)
                self._had.pop(gone, None)

    def note(self) -> str | None:
        """Tell nothing: each picture that was not had is told with its row."""
        return None

    def _held_before(self, wanted: Wanted) -> Fetched | None:
        """Return what came before, if the product has just that."""
        address, held = wanted
        before = self._before.get(address)
        return before if before is not None and before.source_digest in held else None

    def _is_fresh(self, before: Fetched) -> bool:
        """Return whether a server was asked since this import began, before it was killed."""
        return before.asked_at >= self._spool.begun

    def _ask(self, address: str, before: Fetched | None) -> "Future[Received | Unchanged]":
        key = (address, before is None)
        if key not in self._asked:
            self._asked[key] = self._kept(address) or self._fetch(address, before)
        return self._asked[key]

    def _kept(self, address: str) -> "Future[Received | Unchanged] | None":
        received = self._spool.kept(address)
        if received is None:
            return None
        there: Future[Received | Unchanged] = Future()
        there.set_result(received)
        return there

    def _fetch(self, address: str, before: Fetched | None) -> "Future[Received | Unchanged]":
        place = self._spool.place()
        known = Validators() if before is None else Validators(before.etag, before.modified)
        return self._fetcher.fetch(
            address, place, known, lambda received: self._spool.keep(address, received, place)
        )

    def _size(self, address: str) -> int:
        for needed in (True, False):
            asked = self._asked.get((address, needed))
            if asked is not None and asked.done() and not asked.exception():
                came = asked.result()
                if isinstance(came, Received):
                    return came.size + _ENTRY_BYTES
        return _ENTRY_BYTES

    def _forget(self, address: str) -> None:
        for needed in (True, False):
            self._asked.pop((address, needed), None)


def _outcome(
    asked: "Future[Received | Unchanged]", beat: Callable[[], None]
) -> Received | Unchanged:
    """Wait for an answer. Raises: NotHad."""
    while not wait([asked], timeout=_BEAT_S).done:
        beat()  # whoever watches sees that there is life, and may interrupt
    return asked.result()


@contextmanager
def fetched_pictures(
    source: str, policy: FetchPolicy, *, services: Services
) -> Iterator[FetchedPictures]:
    """Fetch for the import of a source; whoever is interrupted finds again what was had."""
    settings = services.settings
    with closing(open_fetcher(settings, policy, max_bytes=settings.max_upload_bytes)) as fetcher:
        spool = Spool(settings.fetched, source, _ON_DISK_BYTES)
        try:
            yield FetchedPictures(fetcher, spool, services)
        except BaseException:
            fetcher.close()  # before another may take the folder
            spool.leave()
            raise
    spool.finish()
    with services.database.writing() as session:
        forget_fetched(session, datetime.now(UTC) - _REMEMBERED)
