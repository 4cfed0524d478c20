"""Gives the cells of a row their meaning, and finds everything that is wrong with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from catalog.errors import BadRow
from catalog.facts import FACTS, Fact, FactValue, Kind
from catalog.labelling import Speaker, Word
from catalog.stored import ProductFacts
from service.importing import values
from service.importing.columns import MORE_PHOTOS
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.ruined import as_written, check_no_date, check_said, unruined
from service.importing.table import TableRow
from service.tables.prices import Price

Value = TypeVar("Value")
_DECIDERS = {
    "": Speaker.FILE,
    "file": Speaker.FILE,
    "human": Speaker.PERSON,
    "model": Speaker.MODEL,
}


def rows_of(
    table: Iterable[TableRow | RowNote | RowError],
) -> Iterator[Row | RowNote | RowError]:
    """Yield a table's rows their meaning; those that break a rule have their faults with them."""
    for row in table:
        yield row_of(row) if isinstance(row, TableRow) else row


def row_of(row: TableRow) -> Row:
    """Return a table's row its meaning, as far as it has one."""
    reader = _Reader(row.cells)
    sku = reader.read("sku", lambda text: values.sku_of(unruined(text)))
    if "sku" not in row.cells:
        reader.faults["sku"] = "the sku is empty"
    photos = _photos(reader)
    facts, notes = _facts(reader)
    word = _word(reader)
    faults = reader.faults
    if row.fault is not None:  # its cells may stand in the wrong columns: they say nothing
        faults, photos = {"": row.fault}, ()
    return Row(
        row.line,
        sku or "",
        facts,
        photos,
        word=word,
        faults=faults,
        notes=notes,
        cells=row.cells,
    )


class _Reader:
    """Reads cell by cell, and keeps what is wrong with each."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.faults: dict[str, str] = {}  # by column
        self._cells = cells

    def read(self, column: str, read: Callable[[str], Value]) -> Value | None:
        """Read a cell; None where its column is not there or it breaks a rule."""
        if column not in self._cells:
            return None
        try:
            return read(values.text_of(column, self._cells[column]))
        except BadRow as error:
            self.faults[column] = str(error)
            return None

    def says(self, column: str) -> bool:
        """Return whether a column is there and its cell could be read."""
        return column in self._cells and column not in self.faults


def _photos(reader: _Reader) -> tuple[str, ...]:
    """Gather a row's pictures, each once: `photo`, then the columns behind it in their order."""
    photos = reader.read("photo", values.photos_of) or ()
    every = dict.fromkeys(photos)
    for column in MORE_PHOTOS:
        more = reader.read(column, values.photos_of) or ()
        if more and not photos and "photo" not in reader.faults:  # the first would be lost
            reader.faults[column] = f"the row has a picture in '{column}' and none in 'photo'"
        every |= dict.fromkeys(more)
    try:
        return values.few_enough(tuple(every))
    except BadRow as error:
        reader.faults["photo"] = str(error)
        return ()


def _facts(reader: _Reader) -> tuple[ProductFacts, tuple[str, ...]]:
    facts = ProductFacts()
    prices: list[tuple[Fact, Price]] = []
    notes: tuple[str, ...] = ()
    for fact in FACTS:
        value = reader.read(fact.column, _or_none(_reading(fact)))
        if not reader.says(fact.column) or (value is None and not fact.may_lack):
            continue
        if isinstance(value, Price):
            prices.append((fact, value))
            value = value.cents
        if fact.kind is Kind.COUNT and isinstance(value, int) and value < 0:  # oversold
            notes = (*notes, f"the {fact.column} {value} is taken as 0")
            value = 0
        if isinstance(value, str) and (meant := as_written(value)) is not None:
            told = f"the {fact.column} '{value[:60]}' seems to be '{meant[:60]}'"
            notes = (*notes, f"{told}, read in a wrong encoding: open the original as UTF-8")
        facts[fact.name] = value
    for fact, price in prices:
        _agree(reader, facts, fact, price)
    return facts, notes


def _reading(fact: Fact) -> Callable[[str], FactValue | Price]:
    """Return how a fact's cell is read that is not empty; the other kinds know their own form."""
    if fact.kind not in (Kind.TEXT, Kind.NAME):
        return values.READ[fact.kind]

    def read(text: str) -> FactValue | Price:
        check_said(fact.column, text)
        if fact.never_date:
            check_no_date(fact.column, text)
        return values.READ[fact.kind](text)

    return read


def _agree(reader: _Reader, facts: ProductFacts, fact: Fact, price: Price) -> None:
    """Take the currency that stands beside a price, where no other is said."""
    if not price.currencies or "currency" in reader.faults:
        return
    said = facts.get("currency")
    try:
        facts["currency"] = values.agreed_currency(price, None if said is None else str(said))
    except BadRow as error:
        reader.faults[fact.column] = str(error)
        del facts[fact.name]


def _word(reader: _Reader) -> Word | None:
    category = reader.read("category", _category)
    speaker = reader.read("decided_by", _decider)
    mark = reader.read("decided_at", str)
    if not category:
        return None
    return Word(category, speaker or Speaker.FILE, mark)


def _category(text: str) -> str:
    check_said("category", text)
    return text


def _decider(text: str) -> Speaker:
    try:
        return _DECIDERS[text.lower()]
    except KeyError:
        raise BadRow(f"decided_by is human, file, model or empty, got '{text[:20]}'") from None


def _or_none(read: Callable[[str], Value]) -> Callable[[str], Value | None]:
    return lambda text: read(text) if text else None
