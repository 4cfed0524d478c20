"""Google Merchant Center: https://support.google.com/merchants/answer/7052112."""

from xml.sax.saxutils import escape

from tests.shop_files.made import ShopFile, columns

_HEADER = columns(
    "id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tmobile_link\tavailability\t"
    "availability_date\tprice\tsale_price\tsale_price_effective_date\tgoogle_product_category\t"
    "product_type\tbrand\tgtin\tmpn\tidentifier_exists\tcondition\tadult\tage_group\tcolor\t"
    "gender\tmaterial\tpattern\tsize\tsize_type\tsize_system\titem_group_id\tshipping\ttax",
    "\t",
)
AT = "https://img.shop.example"


def merchant(products: int) -> ShopFile:
    """Make a feed as text with tabs."""
    file = ShopFile("merchant", _HEADER, delimiter="\t")
    for n in range(products):
        page = f"https://shop.example/{n}?a=1&b=2"
        base = {
            "id": f"M{n}",
            "title": f"Thing {n}",
            "link": page,
            "condition": "new",
            "image_link": f"{AT}/{n}.jpg",
        }
        kind = n % 5
        if kind == 0:
            file.row(
                **base,
                additional_image_link=f"{AT}/{n}a.jpg,{AT}/{n}b.jpg",
                availability="in stock",
                price="12.00 EUR",
                sale_price="9.50 EUR",
                brand="Acme",
                color="Red/Green",
                size="M",
                gender="female",
                item_group_id=f"group {n}",
                product_type="Women > Dresses > Summer dresses",
            )
            file.gives(
                f"M{n}",
                title=f"Thing {n}",
                url=page,
                price="12.00 EUR",
                sale_price="9.50 EUR",
                availability="in_stock",
                stock="1",
                brand="Acme",
                shop_colour="Red/Green",
                size="M",
                gender="female",
                style=f"group {n}",
                category="Summer dresses",
                photo=f"{AT}/{n}.jpg|{AT}/{n}a.jpg|{AT}/{n}b.jpg",
            )
        elif kind == 1:  # a sale that is over, a category of Google's by its name
            file.row(
                **base,
                availability="out_of_stock",
                price="EUR 1.234,56",
                sale_price="999 EUR",
                sale_price_effective_date="2020-01-01T00:00-0800/2020-02-01T23:59-0800",
                google_product_category="Apparel & Accessories > Clothing > Pants",
            )
            file.gives(
                f"M{n}",
                price="EUR 1.234,56",
                sale_price="",
                stock="0",
                availability="out_of_stock",
                category="Pants",
            )
        elif kind == 2:  # a category of Google's by its number; a title in quotation marks
            file.row(
                **base | {"title": f"Slim jeans {n}"},
                availability="preorder",
                price="20.00 EUR",
                google_product_category="1604",
            )
            file.gives(f"M{n}", availability="preorder", stock="0", title=f"Slim jeans {n}")
        elif kind == 3:  # many pictures
            more = ",".join(f"{AT}/{n}-{m}.jpg" for m in range(25))
            file.row(**base, additional_image_link=more, availability="in_stock", price="5.00 USD")
            photo = "|".join([f"{AT}/{n}.jpg", *(f"{AT}/{n}-{m}.jpg" for m in range(19))])
            file.gives(f"M{n}", photo=photo)
        else:
            file.row(**base | {"id": ""}, availability="in_stock", price="5.00 EUR")
            file.refuses("the sku is empty")
    return file


def as_xml(file: ShopFile, kind: str, prefix: str = "g:") -> bytes:
    """Write a feed as `rss` or `atom`, with or without Google's prefix."""
    item, outer = ("item", "channel") if kind == "rss" else ("entry", "")
    space = 'xmlns:g="http://base.google.com/ns/1.0"'
    told = ['<?xml version="1.0" encoding="UTF-8"?>']
    told.append(
        f'<rss version="2.0" {space}>'
        if kind == "rss"
        else f'<feed xmlns="http://www.w3.org/2005/Atom" {space}>'
    )
    told += [f"<{outer}>"] * bool(outer)
    told.append("<title>Feed</title><link>https://shop.example</link>")
    for row in file.rows:
        told.append(f"<{item}>")
        for name, cell in zip(file.header, row, strict=True):
            parts = cell.split(",") if name == "additional_image_link" else [cell]
            for part in filter(None, parts):
                tag = name if name in ("title", "link") else f"{prefix}{name}"
                if name == "link" and kind == "atom":
                    told.append(f'<link href="{escape(part)}"/>')
                else:
                    told.append(f"<{tag}>{escape(part)}</{tag}>")
        told.append("<g:shipping><g:country>DE</g:country></g:shipping>")
        told.append(f"</{item}>")
    told += [f"</{outer}>"] * bool(outer)
    told.append("</rss>" if kind == "rss" else "</feed>")
    return "\n".join(told).encode("utf-8")
