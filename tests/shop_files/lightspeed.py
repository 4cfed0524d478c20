"""Lightspeed eCom, Retail R-Series and Retail X-Series, by the column lists of their help pages."""

from tests.shop_files.made import ShopFile, columns

_ECOM = columns(
    "Internal_ID,Internal_Variant_ID,Visible,Brand,Supplier,NL_Title_Short,NL_Title_Long,"
    "NL_Description_Short,NL_Description_Long,NL_URL,NL_Variant,Price,Price_Old,Price_Cost,"
    "Price_Unit,Unit,Tax,Stock_Track,Stock_Disable_Sold_Out,Stock_Level,Stock_Min,Stock_Alert,"
    "Article_Code,HS_Code,EAN,SKU,Weight,Images,NL_Category_1,NL_Category_2",
    ",",
)
_R = columns(
    "System ID,UPC,EAN,Custom SKU,Manufact. SKU,Item,Vendor ID,Qty.,Price,Tax,Brand,"
    "Publish to eCom,Season,Department,MSRP,Tax Class,Default Cost,Vendor,Category,"
    "Subcategory 1,Subcategory 2,Image",
    ",",
)
_X = columns(
    "id,handle,sku,composite_name,composite_sku,composite_quantity,name,description,"
    "product_category,variant_option_one_name,variant_option_one_value,variant_option_two_name,"
    "variant_option_two_value,variant_option_three_name,variant_option_three_value,tags,"
    "supply_price,retail_price,loyalty_value,tax_name,tax_value,account_code,"
    "account_code_purchase,brand_name,supplier_name,supplier_code,active,track_inventory,"
    "inventory_Main,reorder_point_Main,inventory_Outlet,image_url",
    ",",
)
AT = "https://light.example"


def ecom(products: int) -> ShopFile:
    """Make an export of eCom."""
    file = ShopFile("lightspeed-ecom", _ECOM)
    for n in range(products):
        base = {
            "Internal_ID": f"{n}",
            "Visible": "Y",
            "Brand": "Acme",
            "Price": "19,95",
            "NL_Title_Short": f"Ding {n}",
            "Stock_Track": "1",
            "Stock_Level": "3",
            "Images": f"{AT}/{n}a.jpg,{AT}/{n}b.jpg",
            "NL_Category_1": "Dames",
            "NL_Category_2": "Jurken",
        }
        if n % 3 == 0:
            file.row(
                **base,
                Internal_Variant_ID=f"{n}1",
                SKU=f"E{n}-1",
                Price_Old="29,95",
                NL_Variant="Kleur: Rood, Maat: S",
            )
            file.gives(
                f"E{n}-1",
                title=f"Ding {n}",
                style=str(n),
                price="29,95",
                sale_price="19,95",
                stock="3",
                shop_colour="Rood",
                size="S",
                brand="Acme",
                category="Jurken",
                photo=f"{AT}/{n}a.jpg|{AT}/{n}b.jpg",
            )
            file.row(
                **base | {"NL_Title_Short": "", "Stock_Track": "0"},
                Internal_Variant_ID=f"{n}2",
                Article_Code=f"A{n}",
                NL_Variant="Kleur: Blauw",
            )
            file.gives(
                f"A{n}",
                title=f"Ding {n}",
                style=str(n),
                shop_colour="Blauw",
                price="19,95",
                sale_price="",
            )
        elif n % 3 == 1:
            file.row(**base | {"Visible": "N"}, Internal_Variant_ID=f"{n}1", SKU=f"E{n}")
            file.leaves_out("not visible in the shop")
        else:
            file.row(**base, Internal_Variant_ID=f"{n}1")
            file.gives(f"id-{n}1", price="19,95")
    return file


def retail_r(products: int) -> ShopFile:
    """Make an export of items."""
    file = ShopFile("lightspeed-r", _R)
    for n in range(products):
        base = {
            "System_ID": f"2100000{n:05}",
            "Item": f"Item {n}",
            "Price": "19.95",
            "Qty_": "4",
            "Brand": "Acme",
            "Category": "Women",
            "Subcategory_1": "Tops",
        }
        if n % 3 == 0:
            file.row(**base, Custom_SKU=f"R{n}", Image=f"{n}.jpg")
            file.gives(
                f"R{n}",
                title=f"Item {n}",
                price="19.95",
                stock="4",
                brand="Acme",
                category="Tops",
                photo=f"{n}.jpg",
            )
        elif n % 3 == 1:
            file.row(**base, Image=f"{n}.jpg")
            file.gives(f"2100000{n:05}", photo=f"{n}.jpg")
        else:
            file.row(**base | {"Qty_": "some"}, Manufact__SKU=f"F{n}", Image=f"{n}.jpg")
            file.refuses("the stock is a whole number")
    return file


def retail_x(products: int) -> ShopFile:
    """Make an export of products of the X-Series."""
    file = ShopFile("lightspeed-x", _X)
    for n in range(products):
        base = {
            "id": f"0a-{n}",
            "handle": f"tee-{n}",
            "name": f"Tee {n}",
            "active": "1",
            "product_category": "Women / Tops / Tees",
            "retail_price": "25.00",
            "brand_name": "Acme",
            "track_inventory": "1",
            "inventory_Main": "2",
            "inventory_Outlet": "3.0",
            "image_url": f"{AT}/{n}.jpg",
        }
        if n % 3 == 0:
            for size in ("S", "M"):
                file.row(
                    **base,
                    sku=f"X{n}-{size}",
                    variant_option_one_name="Size",
                    variant_option_one_value=size,
                    variant_option_two_name="Colour",
                    variant_option_two_value="Navy",
                )
                file.gives(
                    f"X{n}-{size}",
                    title=f"Tee {n}",
                    style=f"tee-{n}",
                    size=size,
                    shop_colour="Navy",
                    stock="5",
                    price="25.00",
                    category="Tees",
                    brand="Acme",
                    photo=f"{AT}/{n}.jpg",
                )
        elif n % 3 == 1:
            file.row(**base | {"active": "0"}, sku=f"X{n}")
            file.leaves_out("not active")
        else:
            file.row(**base, sku=f"X{n}")
            file.gives(f"X{n}", stock="5")
            file.row(
                handle=f"tee-{n}",
                name=f"Tee {n}",
                composite_name="Part",
                composite_sku="X0-S",
                composite_quantity="2",
            )
            file.leaves_out("parts of a composite above")
    return file
