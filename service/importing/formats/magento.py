"""Magento's (Adobe Commerce's) product export: children first, and parents that say which they are.

https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-product
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from service.importing.formats.format import LeftOut, broken, product
from service.importing.formats.values import (
    addresses,
    category,
    fact_called,
    has_ended,
    pictures,
    shortened,
    skus,
)
from service.importing.raw import Note, RawRow, RawTable, TableRow

_ATTRIBUTE = re.compile(r'(?:^|,)\s*"?([A-Za-z][A-Za-z0-9_]*)=')
_LISTS = {"related_skus": "related", "crosssell_skus": "cross_sells", "upsell_skus": "up_sells"}
_NO_PICTURE = "no_selection"
_TELLING = {"product_type", "attribute_set_code", "additional_attributes", "base_image"}


@dataclass(frozen=True, slots=True)
class _Parent:
    """What a configurable product tells of its variations."""

    sku: str
    online: str
    cells: Mapping[str, str]  # by our columns


class Magento:
    """Products of the default store view; variations with what their parents say."""

    title = "a product export of Magento (Adobe Commerce)"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        return {"sku", "name"} <= set(names) and len(_TELLING & set(names)) >= 2

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a row for each product and each variation."""
        left = LeftOut()
        parents, known = _parents(table)
        for row in table:
            if row.fault is not None:
                yield broken(row)
                continue
            sku, kind = _cell(row, "sku"), _cell(row, "product_type").lower()
            parent, own = parents.get(sku, (None, {}))
            if not sku:
                left.add("going on with the product above", row.line)
            elif _cell(row, "store_view_code") not in ("", "default", "admin"):
                left.add("of another store view", row.line)
            elif kind == "grouped":
                left.add("groups of other products", row.line)
            elif kind == "configurable" and not known.isdisjoint(_children(row)):
                left.add("parents, whose variations are the products", row.line)
            elif _cell(row, "product_online") in ("0", "2"):
                left.add("not for sale", row.line)
            elif parent is not None and parent.online in ("0", "2"):
                left.add("variations of what is not for sale", row.line)
            else:
                yield _product(row, parent, own, left)
        yield from left.notes()


def _cell(row: RawRow, name: str) -> str:
    return row.cells.get(name, "").strip()


def _parents(
    table: RawTable,
) -> tuple[dict[str, tuple[_Parent | None, dict[str, str]]], set[str]]:
    """Give what is said of variations by their SKUs, and the SKUs that are rows."""
    parents: dict[str, tuple[_Parent | None, dict[str, str]]] = {}
    known: set[str] = set()
    for row in table:
        if row.fault is not None or _cell(row, "store_view_code") not in ("", "default", "admin"):
            continue
        if _cell(row, "product_type").lower() != "configurable":
            known.add(_cell(row, "sku"))
            continue
        parent = _Parent(_cell(row, "sku"), _cell(row, "product_online"), _shared(row))
        for sku, options in _children(row).items():
            facts = {fact: value for name, value in options.items() if (fact := fact_called(name))}
            parents[sku] = parent, facts
    return parents, known - {""}


def _children(row: RawRow) -> dict[str, dict[str, str]]:
    """Read `sku=A-1,size=S,color=Red|sku=A-2,...`."""
    found: dict[str, dict[str, str]] = {}
    for each in _cell(row, "configurable_variations").split("|"):
        options = _attributes(each)
        if sku := options.pop("sku", ""):
            found[sku] = options
    return found


def _attributes(text: str) -> dict[str, str]:
    """Read `color=Black,climate=Cool|Mild`: a comma divides where a name and = follow it."""
    found: dict[str, str] = {}
    starts = list(_ATTRIBUTE.finditer(text))
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        value = text[start.end() : end].strip()
        found[start[1].lower()] = value.strip('"').replace('""', '"').strip()
    return found


def _shared(row: RawRow) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in _attributes(_cell(row, "additional_attributes")).items():
        if (fact := fact_called(name)) and value and "|" not in value:
            told[fact] = value
    for name in ("color", "size", "gender", "manufacturer", "brand"):  # of some shops' exports
        if (fact := fact_called(name)) and _cell(row, name):
            told[fact] = _cell(row, name)
    if kind := category(_cell(row, "categories").split(","), "/"):
        told["category"] = kind
    for name, column in _LISTS.items():
        if name in row.cells:
            told[column] = skus(_cell(row, name))
    images = [_cell(row, "base_image"), *addresses(_cell(row, "additional_images"))]
    photo, _ = pictures(image for image in images if image != _NO_PICTURE)
    if photo:
        told["photo"] = photo
    return told


def _product(
    row: RawRow, parent: _Parent | None, own: Mapping[str, str], left: LeftOut
) -> TableRow:
    told = {k: v for k, v in _shared(row).items() if v or parent is None}
    if parent is not None:
        told = {**parent.cells, **told, **own, "style": shortened(parent.sku)}
    if len(addresses(_cell(row, "additional_images"))) > 20:
        left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    told["sku"] = _cell(row, "sku")
    for name, column in (("name", "title"), ("price", "price"), ("qty", "stock")):
        if name in row.cells:
            told[column] = _cell(row, name)
    if "special_price" in row.cells:
        ended = has_ended(_cell(row, "special_price_to_date"))
        told["sale_price"] = "" if ended else _cell(row, "special_price")
    if there := _cell(row, "is_in_stock"):
        told["availability"] = "out_of_stock" if there == "0" else "in_stock"
        if there == "0":
            told["stock"] = "0"
    if _cell(row, "manage_stock") == "0" and there != "0":
        told["stock"] = "1"  # not counted: the shop sells what it lists
    return product(row, told)
