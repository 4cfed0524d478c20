"""PrestaShop's products: its import template, and the list that its back office exports.

https://docs.prestashop-project.org/1.7-documentation/user-guide/configuring-shop/advanced-parameters/import
"""

from collections.abc import Collection, Iterator

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
from service.importing.raw import Note, RawRow, RawTable, TableRow
from service.tables.prices import cents_from_text, text_from_cents

_NAMES = {
    "id": "productid id identifiant",
    "active": "active01 active aktiv01 actif01 activé01 activo01 attivo01 status état",
    "name": "name nom nombre nome",
    "categories": "categoriesxyz category categories catégoriesxyz catégorie kategorienxyz "
    "kategorie categoríasxyz categoría categoriexyz categoria",
    "price": "pricetaxincluded pricetaxincl prixttc preisinklmwst precioimpuestosincluidos "
    "prezzotasseincluse",
    "net": "pricetaxexcluded pricetaxexcl prixht preisexklmwst baseprice",
    "on_sale": "onsale01",
    "amount": "discountamount montantdelaremise",
    "percent": "discountpercent pourcentagederemise",
    "until": "discounttoyyyymmdd discountto",
    "sku": "reference référence referenz referencia riferimento artikelnr",
    "brand": "manufacturer brand marque fabricant hersteller marke marca",
    "stock": "quantity quantité menge cantidad quantità",
    "sellable": "availablefororder0no1yes availablefororder",
    "images": "imageurlsxyz urlsdesimagesxyz image images bildurlsxyz",
    "features": "featurenamevalueposition featurenamevaluepositioncustomized",
    "related": "acessoriesxyz accessoriesxyz accessories accessoiresxyz",
}
_WHAT = {called: what for what, names in _NAMES.items() for called in names.split()}
_TELLING = {"price", "net", "images", "stock", "active", "categories"}


class PrestaShop:
    """A product a row."""

    title = "a product table of PrestaShop"

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns."""
        found = set(_places(names))
        is_its = not {"productid", "identifiant"}.isdisjoint(map(bare, names))
        is_its = is_its and "sku" not in names  # it says reference
        return is_its and {"id", "name", "sku"} <= found and len(found & _TELLING) >= 3

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a product a row."""
        where, left = _places(table.names), LeftOut()
        for row in table:
            cells = Cells(row.cells, where)
            if row.fault is not None:
                yield broken(row)
            elif is_no(cells["active"]):
                left.add("not active", row.line)
            else:
                yield _product(row, cells, left)
        yield from left.notes()


def _places(names: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        if (what := _WHAT.get(bare(name))) is not None:
            found.setdefault(what, name)
    return found


def _product(row: RawRow, cells: Cells, left: LeftOut) -> TableRow:
    told = {"sku": cells["sku"], "title": cells["name"]}
    if not told["sku"]:
        told["sku"] = shortened(f"id-{cells['id']}")
        left.add("no reference, called by their number", row.line)
    cells.put(told, "stock", "stock")
    cells.put(told, "brand", "brand")
    if is_no(cells["sellable"]):
        told["stock"], told["availability"] = "0", "out_of_stock"
    paths = cells["categories"].replace("|", ",").split(",")
    named = [path for path in paths if category([path], "/")]  # the first one is the main one
    if named:
        told["category"] = category(named[:1], "/")
    if images := addresses(cells["images"]):
        told["photo"], cut = pictures(images)
        if cut:
            left.add("more than 20 pictures, of which the first 20 are taken", row.line)
    for feature in cells["features"].replace("|", ",").split(","):
        name, _, rest = feature.partition(":")
        if (fact := fact_called(name)) and (value := rest.partition(":")[0].strip()):
            told[fact] = value
    if cells.has("related"):
        told["related"] = skus(cells["related"].replace("|", ","))
    _prices(told, cells, left, row.line)
    return product(row, told)


def _prices(told: dict[str, str], cells: Cells, left: LeftOut, line: int) -> None:
    """Say the price with taxes where there is one, and what a discount makes of it."""
    if not cells.has("price") and not cells.has("net"):
        return
    told["price"] = cells["price"] or cells["net"]
    if cells["net"] and not cells["price"]:
        left.add("a price without taxes alone, which is taken", line)
    if not cells.has("amount") and not cells.has("percent"):
        return
    told["sale_price"] = ""
    try:
        price = cents_from_text(told["price"])
        off = cents_from_text(cells["amount"]) if cells["amount"] else 0
        percent = cents_from_text(cells["percent"].rstrip("% ")) if cells["percent"] else 0
    except ValueError:
        return  # the price's own rule tells what is wrong with it
    now = price - off - round(price * percent / 10_000)
    if 0 < now < price and not has_ended(cells["until"]):
        told["sale_price"] = text_from_cents(now)
