"""Lightspeed's exports: eCom (C-Series), Retail R-Series and Retail X-Series (once Vend).

https://ecom-support.lightspeedhq.com/hc/en-us/articles/360016064814
https://retail-support.lightspeedhq.com/hc/en-us/articles/115005142408
"""

import re
from collections.abc import Collection, Iterator

from service.importing.formats.format import LeftOut, broken, product
from service.importing.formats.reading import Cells, Columns, places
from service.importing.formats.values import (
    addresses,
    category,
    fact_called,
    is_no,
    pictures,
    shortened,
)
from service.importing.raw import Note, RawRow, RawTable, TableRow
from service.tables.prices import cents_from_text

_TITLE = re.compile(r"[a-z]{2}_title_(?:short|long)")
_VARIANT = re.compile(r"[a-z]{2}_variant(?:_title)?")
_IMAGE = re.compile(r"(?:images?|image_urls?|photos?)(?:[ _]?\d+)?")
_ECOM_CATEGORY = re.compile(r"(?:[a-z]{2}_)?(?:sub)?categor(?:y|ies)(?:_\d+)?")


class LightspeedEcom:
    """A variant a row; those of one product share its number."""

    title = "a product export of Lightspeed eCom"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        return "internal_id" in names and any(map(_TITLE.fullmatch, names))

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a variant a row."""
        left, titles, title = LeftOut(), {}, ""
        columns = [name for name in sorted(table.names) if _TITLE.fullmatch(name)]
        for row in table:
            if row.fault is not None:
                yield broken(row)
                continue
            cells = Cells(row.cells, {name: name for name in table.names})
            title = next((cells[name] for name in reversed(columns) if cells[name]), "")
            number = cells["internal_id"]
            if title:
                titles = {number: title}  # a product's rows follow each other
            if is_no(cells["visible"]):
                left.add("not visible in the shop", row.line)
                continue
            yield _ecom(row, cells, titles.get(number, ""), left)
        yield from left.notes()


def _ecom(row: RawRow, cells: Cells, title: str, left: LeftOut) -> TableRow:
    told = {"title": title, "style": cells["internal_id"]}
    told["sku"] = cells["sku"] or cells["article_code"] or cells["ean"]
    if not told["sku"]:
        told["sku"] = shortened(f"id-{cells['internal_variant_id'] or cells['internal_id']}")
        left.add("no SKU, called by their number", row.line)
    cells.put(told, "brand", "brand")
    cells.put(told, "price", "price")
    if cells["price_old"] and _cents(cells["price_old"]) > _cents(cells["price"]) > 0:
        told["price"], told["sale_price"] = cells["price_old"], cells["price"]
    elif cells.has("price_old"):
        told["sale_price"] = ""
    if not is_no(cells["stock_track"]) and cells["stock_level"]:
        told["stock"] = cells["stock_level"]
    variant = next((v for name, v in row.cells.items() if _VARIANT.fullmatch(name) and v), "")
    for part in re.split(r"[,;]\s*", variant):
        name, _, value = part.partition(":")
        if (fact := fact_called(name)) and value.strip():
            told[fact] = value.strip().strip('"')
    _categories(told, row, _ECOM_CATEGORY)
    return _pictured(row, told, left)


class LightspeedR:
    """An item a row."""

    title = "an item export of Lightspeed Retail (R-Series)"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        found = set(names)
        named = bool({"item", "description"} & found)
        return named and "system id" in found and bool({"custom sku", "manufact. sku"} & found)

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give an item a row."""
        left, where = LeftOut(), places(_R_COLUMNS, table.names)
        for row in table:
            if row.fault is not None:
                yield broken(row)
                continue
            cells = Cells(row.cells, where)
            told = {"title": cells["title"]}
            told["sku"] = next(
                (cells[name] for name in ("sku", "maker", "upc", "ean", "id") if cells[name]), ""
            )
            for column in ("price", "brand", "stock"):
                cells.put(told, column, column)
            for what in ("attribute1", "attribute2", "attribute3"):
                name, _, value = cells[what].partition(":")
                if (fact := fact_called(name)) and value.strip():
                    told[fact] = value.strip()
            if cells["matrix"]:
                told["style"] = shortened(cells["matrix"])
            _categories(told, row, _R_CATEGORY)
            yield _pictured(row, told, left)
        yield from left.notes()


_R_COLUMNS: Columns = {
    "id": ("system id",),
    "upc": ("upc",),
    "ean": ("ean",),
    "sku": ("custom sku",),
    "maker": ("manufact. sku", "manufacturer sku"),
    "title": ("item", "description"),
    "stock": ("qty.", "qty", "quantity", "quantity on hand"),
    "price": ("price", "default price", "default - price"),
    "brand": ("brand",),
    "matrix": ("matrix description",),
    **{f"attribute{n}": (f"attribute {n}",) for n in (1, 2, 3)},
}
_R_CATEGORY = re.compile(r"category|subcategory [1-9]")


class LightspeedX:
    """A variant a row; those of one handle are of one product."""

    title = "a product export of Lightspeed Retail (X-Series)"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        found = set(names)
        telling = {"variant_option_one_name", "retail_price", "supply_price", "product_category"}
        return {"sku", "handle", "name"} <= found and len(telling & found) >= 2

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a variant a row."""
        left = LeftOut()
        outlets = [name for name in table.names if name.startswith("inventory_")]
        for row in table:
            cells = Cells(row.cells, {name: name for name in table.names})
            if row.fault is not None:
                yield broken(row)
            elif cells["composite_sku"] and not cells["sku"]:
                left.add("parts of a composite above", row.line)
            elif is_no(cells["active"]):
                left.add("not active", row.line)
            else:
                yield _x(row, cells, outlets, left)
        yield from left.notes()


def _x(row: RawRow, cells: Cells, outlets: list[str], left: LeftOut) -> TableRow:
    told = {"sku": cells["sku"], "title": cells["name"]}
    if cells["handle"]:
        told["style"] = shortened(cells["handle"])
    cells.put(told, "price", "retail_price")
    cells.put(told, "brand", "brand_name")
    counted = [row.cells.get(name, "").strip() for name in outlets]
    numbers = [float(each) for each in counted if re.fullmatch(r"-?\d+(?:\.\d+)?", each)]
    if numbers and not is_no(cells["track_inventory"]):
        told["stock"] = str(max(0, int(sum(numbers))))
    for number in ("one", "two", "three"):
        value = cells[f"variant_option_{number}_value"]
        if (fact := fact_called(cells[f"variant_option_{number}_name"])) and value:
            told[fact] = value
    kind = cells["product_category"] or cells["type"]
    if kind := category([kind], " / " if " / " in kind else ">"):
        told["category"] = kind
    return _pictured(row, told, left)


def _categories(told: dict[str, str], row: RawRow, called: re.Pattern[str]) -> None:
    """Take the deepest category, which stands last."""
    steps = [cell for name, cell in row.cells.items() if called.fullmatch(name) and cell.strip()]
    if steps and (kind := category([steps[-1].split("|")[0].split(",")[0]], ">")):
        told["category"] = kind


def _pictured(row: RawRow, told: dict[str, str], left: LeftOut) -> TableRow:
    images: list[str] = []
    for name, cell in row.cells.items():
        if _IMAGE.fullmatch(name):
            images += addresses(cell)
    photo, cut = pictures(images)
    if photo:
        told["photo"] = photo
    if cut:
        left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    if not told.get("title"):
        told.pop("title", None)
    return product(row, told)


def _cents(cell: str) -> int:
    try:
        return cents_from_text(cell)
    except ValueError:
        return 0
