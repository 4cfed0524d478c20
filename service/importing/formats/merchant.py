"""A product feed for Google Merchant Center, as a table or as XML.

https://support.google.com/merchants/answer/7052112
"""

import re
from collections.abc import Collection, Iterator

from service.importing.formats.format import LeftOut, broken, product
from service.importing.formats.reading import Cells
from service.importing.formats.values import addresses, category, has_ended, pictures
from service.importing.raw import Note, RawRow, RawTable, TableRow

_FACTS = {
    "id": "sku",
    "title": "title",
    "link": "url",
    "price": "price",
    "brand": "brand",
    "color": "shop_colour",
    "colour": "shop_colour",
    "size": "size",
    "gender": "gender",
    "item_group_id": "style",
}
_MORE_IMAGES = re.compile(r"additional_image_links?(?:_?\d+)?")
_BESIDE = {"availability", "price", "link", "title"}


class Merchant:
    """A product a row; those of one group are variants of one style."""

    title = "a product feed of Google Merchant Center"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        found = {_plain(name) for name in names}
        return {"id", "image_link"} <= found and len(found & _BESIDE) >= 2

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a product a row."""
        where: dict[str, str] = {}
        for name in table.names:
            where.setdefault(_plain(name), name)
        more = [name for name in table.names if _MORE_IMAGES.fullmatch(_plain(name))]
        left = LeftOut()
        for row in table:
            yield broken(row) if row.fault is not None else _product(row, where, more, left)
        yield from left.notes()


def _plain(name: str) -> str:
    """Give an attribute's name without its prefix, and with underscores."""
    return re.sub(r"[\s_-]+", "_", name.removeprefix("g:").removeprefix("g_").strip())


def _product(row: RawRow, where: dict[str, str], more: list[str], left: LeftOut) -> TableRow:
    cells, told = Cells(row.cells, where), dict[str, str]()
    for what, column in _FACTS.items():
        cells.put(told, column, what)
    # Words with a slash are several colours; a category is text, or one of Google's numbers.
    own = cells["product_type"].split("|")[0]
    paths = [own] if own else [cells["google_product_category"]]
    if kind := category(paths, ">"):
        told["category"] = kind
    images = [cells["image_link"].split("|")[0]]
    for name in more:
        images += addresses(row.cells.get(name, ""))
    told["photo"], cut = pictures(images)
    if not told["photo"]:
        del told["photo"]
    if cut:
        left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    if cells.has("sale_price"):
        _, _, end = cells["sale_price_effective_date"].partition("/")
        told["sale_price"] = "" if has_ended(_iso(end)) else cells["sale_price"]
    if there := re.sub(r"[\s-]+", "_", cells["availability"].lower()):
        told["availability"] = there
        told["stock"] = "1" if there in ("in_stock", "limited_availability") else "0"
    for counted in ("sell_on_google_quantity", "quantity"):
        if cells[counted]:
            told["stock"] = cells[counted]
    return product(row, told)


def _iso(end: str) -> str:
    """Write `2026-12-01T23:00-0800` as Python reads it."""
    return re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", end.strip()).replace("/", "-")
