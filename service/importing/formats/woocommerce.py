"""WooCommerce's product export: parents and variations as rows, in the language of the shop."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from service.importing.formats.format import LeftOut, broken, product
from service.importing.formats.reading import Cells
from service.importing.formats.values import (
    addresses,
    bare,
    category,
    fact_called,
    has_ended,
    is_no,
    pictures,
    shortened,
    skus,
)
from service.importing.formats.woo_columns import ATTRIBUTE_NAME, ATTRIBUTE_VALUE, WHAT
from service.importing.raw import Note, RawRow, RawTable, TableRow

_COMMA = "\x00"  # stands for one that a backslash keeps from dividing
_TELLING = {"price", "images", "in_stock", "visibility", "parent", "published"}


@dataclass(frozen=True, slots=True)
class _Parent:
    """What a variable product tells of its variations."""

    sku: str
    published: str
    cells: Mapping[str, str]  # by our columns
    stock: str


class WooCommerce:
    """Simple products, and variations with what their parents say."""

    title = "a product export of WooCommerce"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        found = set(_places(names))
        return {"type", "name"} <= found and "id" in found and len(found & _TELLING) >= 3

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a row for each product and each variation."""
        where, left = _places(table.names), LeftOut()
        attributes = _attributes(table.names)
        parents, named = _parents(table, where, attributes)
        for row in table:
            if row.fault is not None:
                yield broken(row)
                continue
            cells = Cells(row.cells, where)
            kinds = _kinds(cells)
            refs = {cells["sku"], f"id:{cells['id']}"} - {""}
            parent = parents.get(cells["parent"]) if "variation" in kinds else None
            if "grouped" in kinds:
                left.add("groups of other products", row.line)
            elif "variable" in kinds and refs & named:
                left.add("parents, whose variations are the products", row.line)
            elif is_no(cells["published"]) or (parent and is_no(parent.published)):
                left.add("not published", row.line)
            else:
                if "variation" in kinds and parent is None:
                    left.add("variations whose parent is not in the file", row.line)
                yield _product(row, cells, attributes, parent, left)
        yield from left.notes()


def _places(names: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        if (what := WHAT.get(bare(name))) is not None:
            found.setdefault(what, name)
    return found


def _attributes(names: Collection[str]) -> list[tuple[str, str]]:
    """Give the columns with an attribute's name and its values, pair by pair."""
    called: dict[str, str] = {}
    valued: dict[str, str] = {}
    for name in names:
        text = bare(name)
        if found := ATTRIBUTE_NAME.fullmatch(text):
            called[found[1] or found[2]] = name
        elif found := ATTRIBUTE_VALUE.fullmatch(text):
            valued[found[1] or found[2]] = name
    return [(called[n], valued[n]) for n in called if n in valued]


def _parents(
    table: RawTable, where: Mapping[str, str], attributes: list[tuple[str, str]]
) -> tuple[dict[str, _Parent], set[str]]:
    """Give the variable products by what a variation calls them, and what they are called there."""
    parents: dict[str, _Parent] = {}
    named: set[str] = set()
    for row in table:
        cells = Cells(row.cells, where)
        kinds = _kinds(cells)
        if "variation" in kinds:
            named.add(cells["parent"])
        elif "variable" in kinds and row.fault is None:
            parent = _Parent(
                cells["sku"],
                cells["published"],
                _shared(row, cells, attributes, several=True),
                cells["stock"],
            )
            for ref in (cells["sku"], f"id:{cells['id']}"):
                parents[ref] = parent
    return parents, named - {""}


def _kinds(cells: Cells) -> set[str]:
    return {kind.strip().lower() for kind in cells["type"].split(",")}


def _shared(
    row: RawRow, cells: Cells, attributes: list[tuple[str, str]], *, several: bool
) -> dict[str, str]:
    """Give what a parent tells of its variations too."""
    told: dict[str, str] = {}
    paths = cells["categories"].replace("\\,", _COMMA).split(",")
    if kind := category(paths, ">").replace(_COMMA, ","):
        told["category"] = kind
    if brand := cells["brand"].split(",")[0]:
        told["brand"] = brand
    if images := addresses(cells["images"]):
        told["photo"], _ = pictures(images)
    for what in ("cross_sells", "up_sells"):
        if cells.has(what):
            told[what] = skus(cells[what])
    for called, valued in attributes:
        fact, value = fact_called(row.cells.get(called, "")), row.cells.get(valued, "").strip()
        # A parent's list of sizes is no size; of one that has no variations it is what there is.
        if fact and value and not (several and "," in value):
            told[fact] = value.replace("\\,", ",")
    return told


def _product(
    row: RawRow,
    cells: Cells,
    attributes: list[tuple[str, str]],
    parent: _Parent | None,
    left: LeftOut,
) -> TableRow:
    own = _shared(row, cells, attributes, several=False)
    told = {**(parent.cells if parent else {}), **{k: v for k, v in own.items() if v}}
    for what in ("cross_sells", "up_sells"):
        if cells.has(what):
            told.setdefault(what, "")
    if len(addresses(cells["images"])) > 20:
        left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    told["title"] = cells["name"]
    told["sku"] = cells["sku"]
    if "variation" in _kinds(cells) and cells["parent"]:
        named = parent.sku if parent is not None else ""
        told["style"] = shortened(named or cells["parent"].replace(":", "-"))
    if not told["sku"] or (parent is not None and told["sku"] == parent.sku):
        before = parent.sku if parent is not None and parent.sku else "id"
        told["sku"] = shortened(f"{before}-{cells['id']}")
        left.add("no SKU of their own, called by their number", row.line)
    if cells.has("price"):
        told["price"] = cells["price"]
    if cells.has("sale_price"):
        told["sale_price"] = "" if has_ended(cells["sale_ends"]) else cells["sale_price"]
    _stock(told, cells, parent)
    if url := cells["url"]:
        told["url"] = url
    return product(row, told)


def _stock(told: dict[str, str], cells: Cells, parent: _Parent | None) -> None:
    """Say the stock, or from whether there is some what the shop does not count."""
    stock, there = cells["stock"], cells["in_stock"].lower()
    if stock.lower() in ("parent", "übergeordnet"):  # counted for all variations together
        stock = parent.stock if parent is not None else ""
    if there:
        told["availability"] = (
            "backorder" if there == "backorder" else "out_of_stock" if is_no(there) else "in_stock"
        )
    if is_no(there):
        told["stock"] = "0"
    elif stock:
        told["stock"] = stock
    elif there:
        told["stock"] = "0" if there == "backorder" else "1"
