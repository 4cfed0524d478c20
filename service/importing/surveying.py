"""Goes through the rows of a source before it is imported: what they say, and which cannot go in.

No picture is decoded and nothing is fetched or written: a picture that is there may still be none.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import islice

from catalog.duplicates.moved import moves_of
from catalog.errors import BadRow
from catalog.exported import products_by_sku
from catalog.labelling import Speaker
from embeddings.files import names
from service.importing.addressed import Addressed
from service.importing.course import Numbered, numbered
from service.importing.elsewhere import PictureElsewhere, not_fetched
from service.importing.opening import Opened
from service.importing.pending import lacking
from service.importing.raw.patience import looking
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.spelling import as_known
from service.wiring import Services

MOST_ROWS = 20_000
PATIENCE_S = 2.0  # a page waits for it
_FIRST = 8  # products that are shown
_SHOWN = 20  # rows of each fault
_EXAMPLES = 8  # pictures of a category
_AT_A_TIME = 256  # rows between two looks into the catalogue
_UNREAD = "that cannot be read"
_LACKING = "whose picture cannot be had"
_NOT_ASKED = "whose picture is at an address that is not asked"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that would not go in, and everything that is wrong with it, as far as is known."""

    line: int
    sku: str
    title: str
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Fault:
    """One thing that is wrong with some rows."""

    told: str  # goes on from "3 rows": `without a picture`
    rows: int = 0
    first: list[Refused] = field(default_factory=list)


@dataclass(slots=True)
class Said:
    """A word for categories that rows say."""

    rows: int = 0
    pictures: list[str] = field(default_factory=list)  # of the first rows; none at addresses


@dataclass(slots=True)
class Survey:
    """What the rows of a source say, and what would become of them."""

    first: list[tuple[Row | RowError, tuple[str, ...]]] = field(default_factory=list)
    known_first: set[str] = field(default_factory=set)  # of them, the SKUs that the catalogue has
    rows: int = 0
    refused: int = 0
    stay_out: int = 0  # neither taken nor refused: they were merged into others
    known: int = 0  # of those that go in: products that the catalogue has
    is_whole: bool = True  # else there are more rows than were gone through
    faults: dict[str, Fault] = field(default_factory=dict)  # by what is told of them
    currencies: Counter[str | None] = field(default_factory=Counter)  # of prices; None: none said
    hosts: Counter[str] = field(default_factory=Counter)  # pictures at addresses, by their host
    categories: dict[str, Said] = field(default_factory=dict)  # by the word as it is written
    notes: list[str] = field(default_factory=list)  # on the source as a whole
    of_rows: list[str] = field(default_factory=list)  # notes on single rows

    @property
    def taken(self) -> int:
        """How many rows would go in."""
        return self.rows - self.refused - self.stay_out

    @property
    def lacks_pictures(self) -> bool:
        """Whether a row names a picture file that is not there."""
        return _LACKING in self.faults

    @property
    def by_rows(self) -> list[Fault]:
        """What is wrong, that of most rows first."""
        return sorted(self.faults.values(), key=lambda fault: -fault.rows)


def survey(
    source: Opened,
    pictures: Addressed,
    *,
    services: Services,
    clock: Callable[[], float] = time.monotonic,
) -> Survey:
    """Go through the rows, as many as a page can wait for. Raises: BadSource."""
    found = _Surveying(source, pictures, services)
    end = clock() + PATIENCE_S
    rows = as_known(numbered(source.rows()), services=services)
    with looking(lambda: clock() > end) as patience:
        while chunk := list(islice(rows, _AT_A_TIME)):
            found.add(chunk)
            if (found.told.rows >= MOST_ROWS or clock() > end) and next(rows, None) is not None:
                found.told.is_whole = False
                break
    found.told.is_whole = found.told.is_whole and not patience.has_ended
    return found.told


class _Surveying:
    """Goes over rows, a chunk at a time."""

    def __init__(self, source: Opened, pictures: Addressed, services: Services) -> None:
        self._source, self._pictures, self._services = source, pictures, services
        self._lines: dict[str, int] = {}  # of each SKU
        self.told = Survey()

    def add(self, items: Iterable[Row | Numbered | RowNote]) -> None:
        """Take a chunk."""
        rows: list[Row] = []
        for item in items:
            if isinstance(item, Row):
                rows.append(item)
            elif isinstance(item, Numbered) and isinstance(item.told, RowError):
                self._refuse(item.told, [(_UNREAD, item.told.reason)])
            else:
                note = item if isinstance(item, RowNote) else item.told
                assert isinstance(note, RowNote)
                self.told.notes.append(f"{note.sku} {note.note}".strip())
        known, stays_out = self._known([row.sku for row in rows])
        elsewhere = [(name, frozenset[str]()) for row in rows for name in self._elsewhere(row)]
        self._pictures.begin(elsewhere)
        for row in rows:
            self._look(row, row.sku in known, row.sku in stays_out)

    def _look(self, row: Row, is_known: bool, stays_out: bool) -> None:
        wrong = [(_unread(column), reason) for column, reason in row.faults.items()]
        first = self._lines.setdefault(row.sku, row.line) if not row.faults else row.line
        if first != row.line:
            wrong.append(("whose SKU came before", f"the sku was there before, at {first}"))
        if not is_known and not stays_out and not {"sku", ""} & row.faults.keys():
            wrong += (
                (f"without a {_called(column)}", f"a new product needs a {column}")
                for column in lacking(row)
            )
        wrong += self._lost(row)
        self._count(row, is_known)
        if is_known and len(self.told.first) < _FIRST:
            self.told.known_first.add(row.sku)
        if wrong:
            self._refuse(row, wrong)
            return
        self.told.of_rows += (names.legible(f"{row.sku}: {note}") for note in row.notes)
        self.told.rows += 1
        self.told.known += is_known
        self.told.stay_out += stays_out
        if len(self.told.first) < _FIRST:
            self.told.first.append((row, ()))

    def _refuse(self, row: Row | RowError, wrong: list[tuple[str, str]]) -> None:
        reasons = tuple(dict.fromkeys(names.legible(reason) for _, reason in wrong))
        title = str(row.facts.get("title") or "") if isinstance(row, Row) else ""
        refused = Refused(row.line, row.sku, title, reasons)
        for told in dict.fromkeys(told for told, _ in wrong):
            fault = self.told.faults.setdefault(told, Fault(told))
            fault.rows += 1
            if len(fault.first) < _SHOWN:
                fault.first.append(refused)
        self.told.rows += 1
        self.told.refused += 1
        if len(self.told.first) < _FIRST:
            self.told.first.append((row, reasons))

    def _lost(self, row: Row) -> Iterator[tuple[str, str]]:
        """Find what keeps a row's pictures from being had."""
        not_asked: list[str] = []
        for name in row.photos:
            try:
                if self._source.is_elsewhere(name):
                    self._pictures.take((name, frozenset()), _beat)
                else:
                    self._source.check(name)
            except PictureElsewhere:
                not_asked.append(name)
            except BadRow as error:
                yield _NOT_ASKED if self._source.is_elsewhere(name) else _LACKING, str(error)
        if not_asked:
            yield "whose pictures are at addresses that are not fetched", not_fetched(not_asked)

    def _count(self, row: Row, is_known: bool) -> None:
        """Count what a row says, whether it goes in or not."""
        facts = row.facts
        says_currency = not is_known or "currency" in facts  # else it keeps what it has
        if says_currency and any(facts.get(price) is not None for price in _PRICES):
            currency = facts.get("currency")
            self.told.currencies[None if currency is None else str(currency)] += 1
        elsewhere = self._elsewhere(row)
        self.told.hosts.update(map(host_of, elsewhere))
        if row.word is not None and row.word.speaker is not Speaker.MODEL:
            said = self.told.categories.setdefault(row.word.category, Said())
            said.rows += 1
            if len(said.pictures) < _EXAMPLES:
                said.pictures += (name for name in row.photos[:1] if name not in elsewhere)

    def _elsewhere(self, row: Row) -> list[str]:
        return [name for name in row.photos if self._source.is_elsewhere(name)]

    def _known(self, skus: list[str]) -> tuple[Set[str], Set[str]]:
        """Return those of SKUs that are products, and those that were merged into others."""
        if not self._services.settings.database.exists():
            return frozenset(), frozenset()  # opening it would make it
        with self._services.database.reading() as session:
            known = products_by_sku(session, skus).keys()
            others = [sku for sku in skus if sku not in known]
            return known, moves_of(session, others, names.key).keys()


def host_of(address: str) -> str:
    """Return the host of an address as it may be allowed; empty where it has none."""
    from service.fetching.policy import named_host  # its library is loaded where it is needed

    return named_host(address) or ""


_PRICES = ("price_cents", "sale_price_cents")
_CALLED = {"photo": "picture", "sku": "SKU"}


def _called(column: str) -> str:
    return _CALLED.get(column, column.replace("_", " "))


def _unread(column: str) -> str:
    """Say of rows that a cell of theirs breaks its rule."""
    return f"whose {_called(column)} cannot be taken" if column else _UNREAD


def _beat() -> None:
    """Nothing waits for it: nothing is fetched."""
