"""Every maker by the format that it makes."""

from collections.abc import Callable, Mapping

from tests.shop_files.lightspeed import ecom, retail_r, retail_x
from tests.shop_files.made import ShopFile
from tests.shop_files.magento import magento
from tests.shop_files.merchant import merchant
from tests.shop_files.prestashop import prestashop, prestashop_list
from tests.shop_files.shopify import shopify, shopify_new
from tests.shop_files.woocommerce import woocommerce, woocommerce_german

MAKERS: Mapping[str, Callable[[int], ShopFile]] = {
    "shopify": shopify,
    "shopify-new": shopify_new,
    "woocommerce": woocommerce,
    "woocommerce-german": woocommerce_german,
    "merchant": merchant,
    "magento": magento,
    "prestashop": prestashop,
    "prestashop-list": prestashop_list,
    "lightspeed-ecom": ecom,
    "lightspeed-r": retail_r,
    "lightspeed-x": retail_x,
}
