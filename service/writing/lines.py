"""Writes many products at once, each a line of JSON; a bad one keeps no other out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy.orm import Session

from catalog.facts import NEEDED
from catalog.marks import present_mark
from catalog.spellings import spellings
from catalog.stored import ProductFacts, ProductRecord
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadRequestValue
from service.stock.record import BatchOutcome, record_within
from service.tables.json_names import read_json
from service.wiring import Services
from service.writing.product_json import Said, said_of
from service.writing.products import UNCOUNTED, check_needed, leave_to_the_model

MOST_LINES = 1_000
BATCH = 100  # in one transaction: others write in between
REFUSED = "refused"


@dataclass(slots=True)
class Line:
    """A line that came, and what became of it."""

    number: int  # from 1
    said: Said | None = None  # None: it breaks a rule
    sku: str = ""
    outcome: str = REFUSED
    notes: list[str] = field(default_factory=list)
    errors: dict[str, Any] = field(default_factory=dict)

    def refuse(self, error: BadRequestValue) -> None:
        """Note why it does not go in."""
        self.outcome, self.errors = REFUSED, error.fields or {"": [str(error)]}

    @property
    def told(self) -> dict[str, Any]:
        """What the answer says of it."""
        told: dict[str, Any] = {"line": self.number, "sku": self.sku or None}
        told |= {"outcome": self.outcome, "notes": self.notes}
        return told | {"errors": self.errors}


def read_lines(body: bytes) -> list[Line]:
    """Read JSON Lines; empty ones are passed over.

    Raises:
        BadRequestValue: there is no line, or more than are taken at once.
    """
    rows = [(number, row) for number, row in enumerate(body.split(b"\n"), 1) if row.strip()]
    if not 1 <= len(rows) <= MOST_LINES:
        raise BadRequestValue(f"send 1 to {MOST_LINES} lines at a time, got {len(rows)}")
    first: dict[str, int] = {}
    return [_line(number, row, first) for number, row in rows]


def write_batch(session: Session, lines: Sequence[Line], *, by: Actor, services: Services) -> None:
    """Write lines within a transaction; say at each what became of it."""
    said = {line.sku: line for line in lines if line.said is not None}
    spelled = spellings(session, said, names.key)
    before: dict[str, str | None] = {}
    going = []
    for line in said.values():
        assert line.said is not None
        line.sku = spelled.get(line.sku, line.sku)
        before[line.sku] = present_mark(session, line.sku)
        if before[line.sku] is None and not line.said.facts.keys() >= NEEDED:
            try:
                check_needed(line.said, "a new product needs a {}")
            except BadRequestValue as error:
                line.refuse(error)
                continue
        going.append(line)
    items = [_item(line, is_new=before[line.sku] is None) for line in going]
    outcome, _ = record_within(session, items, services=services)
    _tell(session, going, outcome, before, by)


def _line(number: int, row: bytes, first: dict[str, int]) -> Line:
    """Read a line. `first` holds where each SKU stood first."""
    line = Line(number)
    try:
        body = read_json(row)
    except ValueError as error:
        line.refuse(BadRequestValue(f"the line is no JSON: {error}"))
        return line
    try:
        said = said_of(body)
    except BadRequestValue as error:
        sku = body.get("sku") if isinstance(body, dict) else None
        line.sku = sku[:64] if isinstance(sku, str) else ""
        line.refuse(error)
        return line
    line.sku = said.sku
    known = first.setdefault(names.key(said.sku), number)
    if known != number:
        told = f"the sku was there before, at line {known}"
        line.refuse(BadRequestValue(told, {"sku": [told]}))
        return line
    line.said = said
    return line


def _item(line: Line, *, is_new: bool) -> ProductRecord:
    assert line.said is not None
    facts: ProductFacts = {**(UNCOUNTED if is_new else {}), **line.said.facts}
    photos = () if is_new else None
    return ProductRecord(line.sku, facts=facts, word=line.said.word, photos=photos)


def _tell(
    session: Session,
    lines: Sequence[Line],
    outcome: BatchOutcome,
    before: dict[str, str | None],
    by: Actor,
) -> None:
    notes: dict[str, list[str]] = {}
    for sku, note in outcome.notes:
        notes.setdefault(sku, []).append(note)
    for line in lines:
        assert line.said is not None
        if before[line.sku] is None and line.sku in outcome.kept:  # it was merged into another
            line.refuse(BadRequestValue("; ".join(notes[line.sku])))
            continue
        if line.said.to_the_model:
            leave_to_the_model(session, line.sku)
        is_new = before[line.sku] is None
        changed = present_mark(session, line.sku) != before[line.sku]
        line.outcome = "created" if is_new else "changed" if changed else "unchanged"
        line.notes = [*line.said.notes, *notes.get(line.sku, ())]
        if changed:
            action = "product.create" if is_new else "product.change"
            record(session, by, action, line.sku, line.said.told)


def told_of(lines: Sequence[Line]) -> Iterator[bytes]:
    """Write an answer a line, in the order in which they came."""
    for line in lines:
        yield orjson.dumps(line.told, option=orjson.OPT_APPEND_NEWLINE)
