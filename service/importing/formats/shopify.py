"""Shopify's product export, of both generations: a row is a variant or one more picture.

https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from service.importing.formats.format import LeftOut, broken, product
from service.importing.formats.reading import Cells, Columns, places
from service.importing.formats.values import (
    category,
    fact_called,
    is_no,
    is_yes,
    pictures,
    shortened,
    skus,
    slug,
)
from service.importing.raw import Note, RawRow, RawTable, TableRow

_RECOMMENDED = "product.metafields.shopify--discovery--product_recommendation"
COLUMNS: Columns = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "vendor": ("vendor",),
    "type": ("type", "custom product type"),
    "taxonomy": ("product category", "standard product type"),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "sku": ("variant sku", "sku"),
    "stock": ("variant inventory qty", "inventory quantity"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "price": ("variant price", "price"),
    "before": ("variant compare at price", "compare-at price"),
    "image": ("image src", "product image url"),
    "position": ("image position",),
    "own_image": ("variant image", "variant image url"),
    "gift": ("gift card",),
    "gender": ("google shopping / gender",),
    "related": (f"related products ({_RECOMMENDED}.related_products)",),
    "complementary": (f"complementary products ({_RECOMMENDED}.complementary_products)",),
    **{f"name{n}": (f"option{n} name",) for n in (1, 2, 3)},
    **{f"value{n}": (f"option{n} value",) for n in (1, 2, 3)},
}
_MOST_ROWS = 5000  # of one product; Shopify has 2,048 variants and 250 pictures


@dataclass(slots=True)
class _Group:
    """The rows of one product."""

    handle: str
    first: Cells
    variants: list[tuple[RawRow, Cells]] = field(default_factory=list)
    images: list[tuple[int, str]] = field(default_factory=list)
    rows: int = 0


class Shopify:
    """Products in groups of rows with one handle."""

    title = "a product export of Shopify"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        old = "handle" in names and {"variant sku", "variant price", "image src"} & set(names)
        new = "url handle" in names and {"sku", "price", "product image url"} & set(names)
        return "title" in names and bool(old or new)

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a variant a row."""
        left = LeftOut()
        where = places(COLUMNS, table.names)
        ended: set[int] = set()  # hashes of handles whose rows are over
        group: _Group | None = None
        for row in table:
            if row.fault is not None:
                yield broken(row)
                continue
            cells = Cells(row.cells, where)
            handle = cells["handle"] or (slug(cells["title"]) if cells["title"] else "")
            if group is None or (handle and handle != group.handle) or group.rows >= _MOST_ROWS:
                if group is not None:
                    yield from _products(group, left)
                    ended.add(hash(group.handle))
                group = None
                if not handle:
                    yield TableRow(row.line, dict(row.cells), "the row has no handle and no title")
                    continue
                if hash(handle) in ended:
                    yield TableRow(row.line, dict(row.cells), _apart(handle))
                    continue
                group = _Group(handle, cells)
            _take(group, row, cells, left)
        if group is not None:
            yield from _products(group, left)
        yield from left.notes()


def _take(group: _Group, row: RawRow, cells: Cells, left: LeftOut) -> None:
    group.rows += 1
    if image := cells["image"]:
        position = cells["position"]
        group.images.append((int(position) if position.isdigit() else 9999, image))
    if any(cells[what] for what in ("sku", "price", "value1", "own_image")) or group.rows == 1:
        group.variants.append((row, cells))
    else:
        left.add("more pictures of the product above", row.line)


def _products(group: _Group, left: LeftOut) -> Iterator[TableRow]:
    """Give each variant of a group that is for sale."""
    if why := _withheld(group.first):
        for row, _ in group.variants:
            left.add(why, row.line)
        return
    gallery = [image for _, image in sorted(group.images, key=lambda each: each[0])]
    own = {cells["own_image"] for _, cells in group.variants} - {""}
    shared = [image for image in gallery if image not in own]
    for row, cells in group.variants:
        if len(own) > 1 and cells["own_image"]:
            shown = [cells["own_image"]]  # the rest may show the other colours
        elif len(own) > 1:
            shown = shared or gallery
        else:
            shown = [cells["own_image"], *gallery]
        yield _variant(group, row, cells, shown, left)
    if len(own) > 1 and shared and all(cells["own_image"] for _, cells in group.variants):
        left.add("pictures that belong to no variant, left out", _line(group))


def _variant(group: _Group, row: RawRow, cells: Cells, shown: list[str], left: LeftOut) -> TableRow:
    first, told = group.first, dict[str, str]()
    options = [cells[f"value{n}"] for n in (1, 2, 3)]
    options = [value for value in options if value and value.lower() != "default title"]
    several = len(group.variants) > 1
    told["sku"] = cells["sku"].removeprefix("'")
    if not told["sku"]:
        told["sku"] = shortened(slug(group.handle, *options) if several else group.handle)
        left.add("no SKU, called by their handle and options", row.line)
    told["title"] = cells["title"] or first["title"]
    told["style"] = shortened(group.handle)
    if not told["title"]:
        del told["title"]
    told["photo"], cut = pictures(shown)
    if not told["photo"]:
        del told["photo"]
    if cut:
        left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    _price(told, cells)
    if first.has("vendor") and first["title"]:
        told["brand"] = first["vendor"]
    if kind := first["type"] or category([first["taxonomy"]], ">"):
        told["category"] = kind
    _stock(told, cells)
    if gender := first["gender"]:
        told["gender"] = gender
    for n in (1, 2, 3):
        fact = fact_called(first[f"name{n}"] or cells[f"name{n}"])
        if fact is not None and cells[f"value{n}"]:
            told[fact] = cells[f"value{n}"]
    for column, what in (("related", "related"), ("cross_sells", "complementary")):
        if first.has(what):
            told[column] = skus(first[what].replace(";", ","))
    return product(row, told)


def _price(told: dict[str, str], cells: Cells) -> None:
    """Say the price, and where it was higher before: that, and what it is now."""
    if not cells.has("price"):
        return
    told["price"] = cells["price"]
    if not cells.has("before"):
        return
    told["sale_price"] = ""
    if _number(cells["before"]) > _number(cells["price"]) > 0:
        told["price"], told["sale_price"] = cells["before"], cells["price"]


def _stock(told: dict[str, str], cells: Cells) -> None:
    """Say the stock where the shop counts it."""
    is_counted = not cells.has("tracker") or cells["tracker"]
    if is_counted and cells["stock"]:
        told["stock"] = cells["stock"]


def _withheld(first: Cells) -> str | None:
    if first["status"].lower() in ("draft", "archived"):
        return f"not for sale ({first['status'].lower()})"
    if is_no(first["published"]):
        return "not published"
    return "gift cards" if is_yes(first["gift"]) else None


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return 0


def _line(group: _Group) -> int:
    return group.variants[0][0].line


def _apart(handle: str) -> str:
    return (
        f"the rows of '{handle[:60]}' stand apart: sort the file by its handle, so that a "
        "product's rows follow each other"
    )
