"""PrestaShop: the import template of 8, and the list that the back office exports."""

from tests.shop_files.made import ShopFile, columns

_TEMPLATE = columns(
    "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules ID;"
    "Price tax included;Wholesale price;On sale (0/1);Discount amount;Discount percent;"
    "Discount from (yyyy-mm-dd);Discount to (yyyy-mm-dd);Reference #;Supplier reference #;"
    "Supplier;Manufacturer;EAN13;UPC;MPN;Ecotax;Width;Height;Depth;Weight;"
    "Delivery time of in-stock products;Delivery time of out-of-stock products;Quantity;"
    "Minimal quantity;Low stock level;Visibility;Additional shipping cost;Unity;Unit price;"
    "Summary;Description;Tags (x,y,z...);Meta title;Meta keywords;Meta description;URL rewritten;"
    "Text when in stock;Text when backorder allowed;Available for order (0 = No, 1 = Yes);"
    "Product available date;Product creation date;Show price (0 = No, 1 = Yes);"
    "Image URLs (x,y,z...);Image alt texts (x,y,z...);Delete existing images (0 = No, 1 = Yes);"
    "Feature(Name:Value:Position);Available online only (0 = No, 1 = Yes);Condition;"
    "Out of stock;ID / Name of shop;Acessories  (x,y,z...)",
    ";",
)
_LIST = columns(
    "Product ID;Image;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity;"
    "Status;Position",
    ";",
)
AT = "https://presta.example/img/p"


def prestashop(products: int) -> ShopFile:
    """Make a file to the import template, with semicolons."""
    file = ShopFile("prestashop", _TEMPLATE, delimiter=";")
    place = {name: at for at, name in enumerate(_TEMPLATE)}

    def row(cells: dict[str, str]) -> None:
        told = [""] * len(_TEMPLATE)
        for name, cell in cells.items():
            told[place[name]] = cell
        file.rows.append(told)

    for n in range(products):
        base = {
            "Product ID": str(n),
            "Active (0/1)": "1",
            "Name *": f"Thing {n}",
            "Reference #": f"R{n}",
            "Price tax included": "24,00",
            "Quantity": "5",
            "Price tax excluded": "20.000000",
            "Image URLs (x,y,z...)": f"{AT}/{n}.jpg",
        }
        kind = n % 5
        if kind == 0:
            row(
                base
                | {
                    "Categories (x,y,z...)": "Home,Dresses,Women",
                    "Manufacturer": "Acme",
                    "Image URLs (x,y,z...)": f"{AT}/{n}.jpg,{AT}/{n}-2.jpg",
                    "Feature(Name:Value:Position)": "Color:Red:1,Size:M:2,Fabric:Wool:3",
                    "Acessories  (x,y,z...)": "R5,R10",
                    "Discount percent": "25",
                }
            )
            file.gives(
                f"R{n}",
                title=f"Thing {n}",
                price="24,00",
                sale_price="18.00",
                stock="5",
                brand="Acme",
                category="Dresses",
                shop_colour="Red",
                size="M",
                related="R5|R10",
                photo=f"{AT}/{n}.jpg|{AT}/{n}-2.jpg",
            )
        elif kind == 1:
            row(
                base
                | {
                    "Reference #": "",
                    "Price tax included": "",
                    "Discount amount": "5",
                    "Discount to (yyyy-mm-dd)": "2020-12-31",
                    "Categories (x,y,z...)": "Home/Men/Shirts",
                }
            )
            file.gives(f"id-{n}", price="20.000000", sale_price="", category="Shirts")
        elif kind == 2:
            row(base | {"Active (0/1)": "0"})
            file.leaves_out("not active")
        elif kind == 3:
            row(base | {"Available for order (0 = No, 1 = Yes)": "0", "Discount amount": "4.5"})
            file.gives(f"R{n}", stock="0", availability="out_of_stock", sale_price="19.50")
        else:
            row(base | {"Name *": "", "Quantity": "many"})
            file.refuses("the stock is a whole number")
    return file


def prestashop_list(products: int) -> ShopFile:
    """Make the list of products of the back office."""
    file = ShopFile("prestashop-list", _LIST, delimiter=";")
    for n in range(products):
        active = n % 4 != 3
        file.rows.append(
            [
                str(n),
                f"{AT}/{n}.jpg",
                f"Thing {n}",
                f"L{n}",
                "Shirts",
                "€20.00",
                "€24.00",
                "-1",
                str(int(active)),
                "0",
            ]
        )
        if active:
            file.gives(
                f"L{n}",
                title=f"Thing {n}",
                price="€24.00",
                stock="-1",
                category="Shirts",
                photo=f"{AT}/{n}.jpg",
            )
        else:
            file.leaves_out("not active")
    return file
