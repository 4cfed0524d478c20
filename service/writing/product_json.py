"""Gives a product in JSON its meaning, by the rules and in the words of an import's cells."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.errors import Contradiction
from catalog.facts import FACTS, Fact, Kind
from catalog.labelling import Speaker, Word
from catalog.stored import ProductFacts
from service.errors import BadRequestValue
from service.importing.cells import row_of
from service.importing.columns import is_of_pictures
from service.importing.table import TableRow

_BY_COLUMN = {fact.column: fact for fact in FACTS}
_MOST_TOLD = 20
_PICTURES = (
    "PUT a picture's bytes under /photos/<number>, or send these lines as a file to "
    "/api/v1/imports, which fetches from addresses"
)
_CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one product."""

    sku: str  # empty where none is said
    facts: ProductFacts
    word: Word | None = None  # a person's, on its category
    to_the_model: bool = False  # its category: no person's word is to count
    notes: tuple[str, ...] = ()  # to be told if it goes in

    @property
    def told(self) -> str:
        """What is said, in one line for the log."""
        told = [f"{name}={value}" for name, value in self.facts.items()]
        if self.word is not None:
            told.append(f"category={self.word.category}")
        return " ".join([*told, *(["category="] if self.to_the_model else [])])


def said_of(body: object, sku: str | None = None) -> Said:
    """Read a product from JSON; `sku` is that of the address, where there is one.

    Raises:
        BadRequestValue: with everything that breaks a rule, by field.
        Contradiction: it names another product than the address.
    """
    if not isinstance(body, dict):
        raise BadRequestValue(f"a product is a JSON object, got {_kind(body)}")
    faults: dict[str, str] = {}
    cells: dict[str, str] = {}
    for name, value in body.items():
        try:
            cells |= _cell(name, value)
        except ValueError as error:
            faults[name[:64]] = str(error)
    if sku is not None:
        if cells.get("sku", sku) != sku:
            raise Contradiction(f"the address names '{sku}', and the body '{cells['sku'][:64]}'")
        cells["sku"] = sku
    row = row_of(TableRow(0, cells))
    faults = {**row.faults, **faults}
    if sku is None and "sku" not in cells and "sku" not in faults:
        faults["sku"] = "a product needs a sku"
    if faults:
        raise refusal(faults)
    word = None if row.word is None else replace(row.word, speaker=Speaker.PERSON)
    asked = "category" in body and word is None
    return Said(row.sku, row.facts, word, to_the_model=asked, notes=row.notes)


def refusal(faults: Mapping[str, str]) -> BadRequestValue:
    """Word what is wrong with a product: all of it, each under its field."""
    some = dict(list(faults.items())[:_MOST_TOLD])
    return BadRequestValue("; ".join(some.values()), {name: [told] for name, told in some.items()})


def _cell(name: str, value: object) -> dict[str, str]:
    """Write a value as an import's cell. Raises: ValueError."""
    fact = _BY_COLUMN.get(name)
    if fact is None and name not in ("sku", "category"):
        if is_of_pictures(name):
            raise ValueError(f"a product has no field '{name[:64]}': {_PICTURES}")
        raise ValueError(f"a product has no field '{name[:64]}'")
    if value is None or (isinstance(value, str) and not value.strip()):
        if name == "sku" or (fact is not None and not fact.may_lack):
            raise ValueError(f"the {name} cannot be taken away, got {_kind(value)}")
        return {name: ""}
    if isinstance(value, str):
        return {name: value}
    if fact is not None and fact.is_number:
        return {name: _number(fact, value)}
    raise ValueError(f"the {name} is a text, got {_kind(value)}")


def _number(fact: Fact, value: object) -> str:
    """Write a number so that no cell could mean another. Raises: ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"the {fact.column} is a number, got {_kind(value)}")
    if fact.kind is Kind.COUNT:
        return str(int(value)) if value == int(value) else str(value)
    exact = Decimal(str(value))
    if exact != exact.quantize(_CENTS) if abs(exact) < 10**20 else False:
        raise ValueError(f"a {fact.column} has at most two decimals, got {value}")
    return f"{exact:.2f}"


def _kind(value: object) -> str:
    """Name what came, as JSON has it."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return f"'{value[:40]}'"
    return {None: "null", True: "true", False: "false"}.get(value, str(value)[:40])  # type: ignore[call-overload,no-any-return]
