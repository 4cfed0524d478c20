"""Shopify: https://help.shopify.com/en/manual/products/import-export/using-csv (both headers)."""

from collections.abc import Callable
from typing import TypeAlias

from tests.shop_files.made import ShopFile, columns

_OLD = columns(
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,"
    "Option1 Value,Option1 Linked To,Option2 Name,Option2 Value,Option2 Linked To,Option3 Name,"
    "Option3 Value,Option3 Linked To,Variant SKU,Variant Grams,Variant Inventory Tracker,"
    "Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,"
    "Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,"
    "Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,"
    "Google Shopping / Google Product Category,Google Shopping / Gender,"
    "Google Shopping / Age Group,Google Shopping / MPN,Google Shopping / Condition,"
    "Google Shopping / Custom Product,Variant Image,Variant Weight Unit,Variant Tax Code,"
    "Cost per item,Included / United States,Price / United States,"
    "Compare At Price / United States,Status",
    ",",
)
_NEW = columns(
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,"
    "Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,"
    "Option2 Linked To,Option3 name,Option3 value,Option3 Linked To,Price,Compare-at price,"
    "Cost per item,Charge tax,Tax code,Unit price total measure,Unit price total measure unit,"
    "Unit price base measure,Unit price base measure unit,Inventory tracker,Inventory quantity,"
    "Continue selling when out of stock,Weight value (grams),Weight unit for display,"
    "Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,"
    "Variant image URL,Gift card,SEO title,SEO description,Google Shopping / Gender",
    ",",
)
_CALLED = {  # of the first generation, in the second
    "Handle": "URL_handle",
    "Body__HTML_": "Description",
    "Product_Category": "Product_category",
    "Published": "Published_on_online_store",
    "Variant_SKU": "SKU",
    "Variant_Inventory_Tracker": "Inventory_tracker",
    "Variant_Inventory_Qty": "Inventory_quantity",
    "Variant_Price": "Price",
    "Variant_Compare_At_Price": "Compare_at_price",
    "Image_Src": "Product_image_URL",
    "Image_Position": "Image_position",
    "Variant_Image": "Variant_image_URL",
    "Gift_Card": "Gift_card",
    **{
        f"Option{n}_{what}": f"Option{n}_{what.lower()}"
        for n in (1, 2)
        for what in ("Name", "Value")
    },
}
Cells: TypeAlias = dict[str, str]
CDN = "https://cdn.shopify.example/s/files/1/0001/products"


def shopify(products: int) -> ShopFile:
    """Make an export of the first generation."""
    file = ShopFile("shopify", _OLD)
    _fill(file, products, lambda cells: cells)
    return file


def shopify_new(products: int) -> ShopFile:
    """Make one of the second generation."""
    file = ShopFile("shopify-new", _NEW)
    _fill(file, products, lambda cells: {_CALLED.get(k, k): v for k, v in cells.items()})
    return file


def _fill(file: ShopFile, products: int, renamed: Callable[[Cells], Cells]) -> None:
    def row(**cells: str) -> None:
        file.row(**renamed(cells))

    for n in range(products):
        kind, handle = n % 7, f"style-{n:03}"
        first = {
            "Handle": handle,
            "Title": f"Style {n}",
            "Vendor": "Acme & Söhne",
            "Published": "TRUE",
            "Body__HTML_": f'<p>Soft,\n"fine" {n}</p>',
            "Status": "active",
        }
        if kind == 0:  # colours with pictures of their own, on sale; one row more for a picture
            row(
                **first,
                Type="Shirts",
                Option1_Name="Color",
                Option1_Value="Navy",
                Option2_Name="Size",
                Option2_Value="S",
                Variant_SKU=f"S{n}-N",
                Variant_Inventory_Tracker="shopify",
                Variant_Inventory_Qty="4",
                Variant_Price="19.90",
                Variant_Compare_At_Price="29.90",
                Image_Src=f"{CDN}/{n}-navy.jpg?v=1",
                Image_Position="1",
                Variant_Image=f"{CDN}/{n}-navy.jpg?v=1",
            )
            file.gives(
                f"S{n}-N",
                title=f"Style {n}",
                style=handle,
                price="29.90",
                sale_price="19.90",
                stock="4",
                brand="Acme & Söhne",
                category="Shirts",
                shop_colour="Navy",
                size="S",
                photo=f"{CDN}/{n}-navy.jpg?v=1",
            )
            row(
                Handle=handle,
                Option1_Value="Red",
                Option2_Value="M",
                Variant_SKU=f"S{n}-R",
                Variant_Inventory_Tracker="shopify",
                Variant_Inventory_Qty="-2",
                Variant_Price="19.90",
                Image_Src=f"{CDN}/{n}-red.jpg",
                Image_Position="2",
                Variant_Image=f"{CDN}/{n}-red.jpg",
            )
            file.gives(
                f"S{n}-R",
                title=f"Style {n}",
                style=handle,
                price="19.90",
                sale_price="",
                stock="-2",
                shop_colour="Red",
                size="M",
                category="Shirts",
                photo=f"{CDN}/{n}-red.jpg",
            )
            row(Handle=handle, Image_Src=f"{CDN}/{n}-back.jpg", Image_Position="3")
            file.leaves_out("more pictures of the product above")
        elif kind == 1:  # one variant without options or SKU; pictures in another order
            row(
                **first,
                Option1_Name="Title",
                Option1_Value="Default Title",
                Product_Category="Apparel & Accessories > Clothing > Dresses",
                Variant_Price="1299.00",
                Image_Src=f"{CDN}/{n}b.jpg",
                Image_Position="2",
                Google_Shopping___Gender="female",
            )
            file.gives(
                handle,
                title=f"Style {n}",
                style=handle,
                price="1299.00",
                category="Dresses",
                gender="female",
                photo=f"{CDN}/{n}a.jpg|{CDN}/{n}b.jpg",
            )
            row(Handle=handle, Image_Src=f"{CDN}/{n}a.jpg", Image_Position="1")
            file.leaves_out("more pictures of the product above")
        elif kind == 2:  # sizes alone share every picture; the second has no SKU
            row(
                **first,
                Type="Jeans",
                Option1_Name="Größe",
                Option1_Value="32/34",
                Variant_SKU=f"'00{n:03}",
                Variant_Inventory_Tracker="shopify",
                Variant_Inventory_Qty="0",
                Variant_Price="49.9",
                Image_Src=f"{CDN}/{n}.jpg",
                Image_Position="1",
            )
            file.gives(
                f"00{n:03}",
                size="32/34",
                stock="0",
                price="49.9",
                style=handle,
                photo=f"{CDN}/{n}.jpg",
            )
            row(Handle=handle, Option1_Value="34/34", Variant_Price="49.9")
            file.gives(
                f"style-{n:03}-34-34",
                size="34/34",
                price="49.9",
                style=handle,
                photo=f"{CDN}/{n}.jpg",
            )
        elif kind == 3:
            row(**first | {"Status": "draft"}, Variant_SKU=f"D{n}", Variant_Price="5")
            file.leaves_out("not for sale (draft)")
        elif kind == 4:
            row(**first | {"Published": "FALSE"}, Variant_SKU=f"H{n}", Variant_Price="5")
            file.leaves_out("not published")
        elif kind == 5:
            row(**first, Gift_Card="TRUE", Variant_SKU=f"G{n}", Variant_Price="50")
            file.leaves_out("gift cards")
        else:  # a SKU of a spreadsheet, and rows that stand apart
            row(**first, Variant_SKU="4.01235E+12", Variant_Price="9", Image_Src=f"{CDN}/{n}.jpg")
            file.refuses("a spreadsheet has shortened the sku")
            row(Handle=f"style-{n - 6:03}", Image_Src=f"{CDN}/{n}-late.jpg")
            file.refuses("stand apart")
