"""Magento: https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer."""

from tests.shop_files.made import ShopFile, columns

_HEADER = columns(
    "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,"
    "description,short_description,weight,product_online,tax_class_name,visibility,price,"
    "special_price,special_price_from_date,special_price_to_date,url_key,meta_title,"
    "meta_keywords,meta_description,base_image,base_image_label,small_image,small_image_label,"
    "thumbnail_image,thumbnail_image_label,swatch_image,swatch_image_label,created_at,updated_at,"
    "new_from_date,new_to_date,display_product_options_in,map_price,msrp_price,map_enabled,"
    "gift_message_available,custom_design,additional_attributes,qty,out_of_stock_qty,"
    "use_config_min_qty,is_qty_decimal,allow_backorders,use_config_backorders,min_cart_qty,"
    "max_cart_qty,notify_on_stock_below,is_in_stock,manage_stock,use_config_manage_stock,"
    "website_id,related_skus,related_position,crosssell_skus,crosssell_position,upsell_skus,"
    "upsell_position,additional_images,additional_image_labels,hide_from_product_page,"
    "custom_options,bundle_price_type,associated_skus,configurable_variations,"
    "configurable_variation_labels",
    ",",
)


def magento(products: int) -> ShopFile:
    """Make an export: children stand before their parents."""
    file = ShopFile("magento", _HEADER)
    for n in range(products):
        base = {
            "attribute_set_code": "Top",
            "product_online": "1",
            "name": f"Thing {n}",
            "price": "34.000000",
            "qty": "100.0000",
            "is_in_stock": "1",
            "manage_stock": "1",
            "visibility": "Catalog, Search",
        }
        kind = n % 5
        if kind == 0:
            file.row(
                **base | {"name": f"Thing {n}-S-Black"},
                sku=f"M{n}-S",
                product_type="simple",
                base_image=f"/m/{n}-s.jpg",
                additional_images=f"/m/{n}-s.jpg,/m/{n}-back.jpg",
            )
            file.gives(
                f"M{n}-S",
                title=f"Thing {n}-S-Black",
                style=f"M{n}",
                size="S",
                shop_colour="Black",
                price="34.000000",
                stock="100.0000",
                category="Jackets",
                brand="Acme, Inc.",
                cross_sells="A|B",
                photo=f"/m/{n}-s.jpg|/m/{n}-back.jpg",
            )
            file.row(
                **base | {"is_in_stock": "0"},
                sku=f"M{n}-M",
                product_type="simple",
                base_image="no_selection",
                additional_attributes='color="Navy, dark",size=M,pattern=Solid|Plain',
            )
            file.gives(
                f"M{n}-M",
                style=f"M{n}",
                size="M",
                shop_colour="Red",
                stock="0",
                availability="out_of_stock",
                photo=f"/m/{n}.jpg",
            )
            file.row(
                **base | {"price": "", "qty": "0"},
                sku=f"M{n}",
                product_type="configurable",
                categories="Default Category/Women/Tops/Jackets,Default Category/Sale",
                base_image=f"/m/{n}.jpg",
                crosssell_skus="A,B",
                upsell_skus="",
                additional_attributes="manufacturer=Acme, Inc.,climate=Cool|Mild",
                configurable_variations=(
                    f"sku=M{n}-S,size=S,color=Black|sku=M{n}-M,size=M,color=Red"
                ),
            )
            file.leaves_out("parents, whose variations are the products")
        elif kind == 1:  # one of its own, with attributes that have commas, and its sale is on
            file.row(
                **base,
                sku=f"M{n}",
                product_type="simple",
                special_price="20.000000",
                base_image=f"/m/{n}.jpg",
                categories="Default Category",
                related_skus="X, Y",
                upsell_skus="Z",
                additional_attributes=f'activity=Gym|Yoga,color="Black, matt",size={n}',
            )
            file.gives(
                f"M{n}",
                sale_price="20.000000",
                shop_colour="Black, matt",
                size=str(n),
                related="X|Y",
                up_sells="Z",
                photo=f"/m/{n}.jpg",
            )
            file.row(sku=f"M{n}", store_view_code="german", name=f"Ding {n}")
            file.leaves_out("of another store view")
        elif kind == 2:
            file.row(**base | {"product_online": "2"}, sku=f"M{n}", product_type="simple")
            file.leaves_out("not for sale")
        elif kind == 3:
            file.row(**base, sku=f"M{n}", product_type="grouped", associated_skus="A=0,B=0")
            file.leaves_out("groups of other products")
        else:  # a sale that is over, a stock that is not counted, a price that is none
            file.row(
                **base | {"manage_stock": "0", "qty": "0.0000"},
                sku=f"M{n}",
                product_type="virtual",
                special_price="1",
                special_price_to_date="2020-01-01 00:00:00",
                base_image=f"/m/{n}.jpg",
            )
            file.gives(f"M{n}", sale_price="", stock="1")
            file.row(
                **base | {"price": "soon"},
                sku=f"B{n}",
                product_type="simple",
                base_image=f"/m/{n}.jpg",
            )
            file.refuses("a price is written like 19.90")
    return file
