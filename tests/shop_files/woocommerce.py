"""WooCommerce: https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Importer-&-Exporter."""

from collections.abc import Mapping

from tests.shop_files.made import ShopFile, columns

_ENGLISH = columns(
    "ID;Type;SKU;GTIN, UPC, EAN, or ISBN;Name;Published;Is featured?;Visibility in catalog;"
    "Short description;Description;Date sale price starts;Date sale price ends;Tax status;"
    "Tax class;In stock?;Stock;Low stock amount;Backorders allowed?;Sold individually?;"
    "Weight (kg);Length (cm);Width (cm);Height (cm);Allow customer reviews?;Purchase note;"
    "Sale price;Regular price;Categories;Tags;Shipping class;Images;Download limit;"
    "Download expiry days;Parent;Grouped products;Upsells;Cross-sells;External URL;Button text;"
    "Position;Brands;Attribute 1 name;Attribute 1 value(s);Attribute 1 visible;"
    "Attribute 1 global;Attribute 2 name;Attribute 2 value(s);Attribute 2 visible;"
    "Attribute 2 global;Meta: _custom",
    ";",
)
_GERMAN = columns(
    "ID;Typ;Artikelnummer;GTIN, UPC, EAN oder ISBN;Name;Veröffentlicht;Ist hervorgehoben?;"
    "Sichtbarkeit im Katalog;Kurzbeschreibung;Beschreibung;Datum, an dem Angebotspreis beginnt;"
    "Datum, an dem Angebotspreis endet;Steuerstatus;Steuerklasse;Vorrätig?;Bestand;"
    "Geringe Lagermenge;Lieferrückstände erlaubt?;Nur einzeln verkaufen?;Gewicht (kg);Länge (cm);"
    "Breite (cm);Höhe (cm);Kundenrezensionen erlauben?;Hinweis zum Kauf;Angebotspreis;"
    "Regulärer Preis;Kategorien;Schlagwörter;Versandklasse;Bilder;Downloadlimit;"
    "Ablauftage des Downloads;Übergeordnetes Produkt;Gruppierte Produkte;Zusatzverkäufe;"
    "Cross-Sells (Querverkäufe);Externe URL;Button-Text;Position;Marken;Attribut 1 Name;"
    "Attribut 1 Wert(e);Attribut 1 Sichtbar;Attribut 1 Global;Attribut 2 Name;"
    "Attribut 2 Wert(e);Attribut 2 Sichtbar;Attribut 2 Global;Meta: _custom",
    ";",
)
SHOP = "https://shop.example/wp-content/uploads/2026/01"


def woocommerce(products: int) -> ShopFile:
    """Make an English export."""
    file = ShopFile("woocommerce", _ENGLISH)
    _fill(file, products, "19.9")
    return file


def woocommerce_german(products: int) -> ShopFile:
    """Make a German one, with decimal commas and semicolons."""
    file = ShopFile("woocommerce-german", _GERMAN, delimiter=";")
    _fill(file, products, "19,9")
    return file


def _fill(file: ShopFile, products: int, price: str) -> None:
    place = {name: at for at, name in enumerate(_ENGLISH)}

    def row(cells: Mapping[str, str]) -> None:
        told = [""] * len(_ENGLISH)
        for name, cell in cells.items():
            told[place[name]] = cell
        file.rows.append(told)

    for n in range(products):
        number = str(1000 + 10 * n)
        base = {
            "ID": number,
            "Name": f"Thing {n}",
            "Published": "1",
            "Regular price": price,
            "Visibility in catalog": "visible",
            "In stock?": "1",
        }
        kind = n % 6
        if kind == 0:  # two pictures in a cell, the deepest category, on sale without end
            row(
                base
                | {
                    "Type": "simple",
                    "SKU": f"W{n}",
                    "Stock": "7",
                    "Sale price": "9",
                    "Categories": "Sale, Clothing > Shirts > Linen\\, fine",
                    "Brands": "Acme",
                    "Images": f"{SHOP}/{n},a.jpg, {SHOP}/{n}b.jpg",
                    "Upsells": "W6, W12",
                    "Cross-sells": "id:1010",
                    "Attribute 1 name": "pa_Color",
                    "Attribute 1 value(s)": "Blue",
                }
            )
            file.gives(
                f"W{n}",
                title=f"Thing {n}",
                price=price,
                sale_price="9",
                stock="7",
                category="Linen, fine",
                brand="Acme",
                availability="in_stock",
                photo=f"{SHOP}/{n},a.jpg|{SHOP}/{n}b.jpg",
                up_sells="W6|W12",
                cross_sells="id:1010",
                shop_colour="Blue",
            )
        elif kind == 1:  # a parent, and variations that name it by SKU and by number
            row(
                base
                | {
                    "Type": "variable",
                    "SKU": f"P{n}",
                    "Regular price": "",
                    "Stock": "3",
                    "Categories": "Clothing > Dresses",
                    "Brands": "Acme",
                    "Images": f"{SHOP}/{n}.jpg",
                    "Attribute 1 name": "Größe",
                    "Attribute 1 value(s)": "S, M",
                    "Cross-sells": "W0",
                }
            )
            file.leaves_out("parents, whose variations are the products")
            row(
                base
                | {
                    "ID": number[:-1] + "1",
                    "Type": "variation",
                    "SKU": f"P{n}-S",
                    "Name": f"Thing {n} - S",
                    "Parent": f"P{n}",
                    "Stock": "parent",
                    "Images": f"{SHOP}/{n}s.jpg",
                    "Attribute 1 name": "Größe",
                    "Attribute 1 value(s)": "S",
                }
            )
            file.gives(
                f"P{n}-S",
                title=f"Thing {n} - S",
                style=f"P{n}",
                size="S",
                stock="3",
                category="Dresses",
                brand="Acme",
                photo=f"{SHOP}/{n}s.jpg",
                cross_sells="W0",
                price=price,
            )
            row(
                base
                | {
                    "ID": number[:-1] + "2",
                    "Type": "variation, virtual",
                    "SKU": f"P{n}",
                    "Name": f"Thing {n} - M",
                    "Parent": f"id:{number}",
                    "In stock?": "0",
                    "Attribute 1 name": "Größe",
                    "Attribute 1 value(s)": "M",
                }
            )
            file.gives(
                f"P{n}-{number[:-1]}2",
                style=f"P{n}",
                size="M",
                stock="0",
                availability="out_of_stock",
                photo=f"{SHOP}/{n}.jpg",
            )
        elif kind == 2:  # no SKU, in stock and not counted, the sale is over
            row(
                base
                | {
                    "Type": "simple",
                    "Images": f"{SHOP}/{n}.jpg",
                    "Sale price": "5",
                    "Date sale price ends": "2020-01-31",
                    "Categories": "Uncategorized",
                }
            )
            file.gives(f"id-{number}", stock="1", sale_price="", photo=f"{SHOP}/{n}.jpg")
        elif kind == 3:
            row(base | {"Type": "simple", "SKU": f"D{n}", "Published": "-1"})
            file.leaves_out("not published")
        elif kind == 4:
            row(base | {"Type": "grouped", "SKU": f"G{n}", "Grouped products": "W0, W6"})
            file.leaves_out("groups of other products")
        else:  # sold elsewhere, on order; and one with a price that may be two
            row(
                base
                | {
                    "Type": "external",
                    "SKU": f"E{n}",
                    "In stock?": "backorder",
                    "External URL": f"https://other.example/{n}",
                    "Images": f"{SHOP}/{n}.jpg",
                }
            )
            file.gives(
                f"E{n}", url=f"https://other.example/{n}", availability="backorder", stock="0"
            )
            row(
                base
                | {
                    "ID": number[:-1] + "5",
                    "Type": "simple",
                    "SKU": f"X{n}",
                    "Regular price": "1.299",
                    "Images": f"{SHOP}/{n}.jpg",
                }
            )
            file.refuses("may be 1299.00 or 1.29")
