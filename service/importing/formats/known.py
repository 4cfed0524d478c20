"""The formats that are recognised: one more is a file beside this and a row here."""

from collections.abc import Collection

from service.importing.formats.format import Format
from service.importing.formats.lightspeed import LightspeedEcom, LightspeedR, LightspeedX
from service.importing.formats.magento import Magento
from service.importing.formats.merchant import Merchant
from service.importing.formats.prestashop import PrestaShop
from service.importing.formats.shopify import Shopify
from service.importing.formats.woocommerce import WooCommerce

FORMATS: tuple[Format, ...] = (
    Shopify(),
    WooCommerce(),
    Merchant(),
    Magento(),
    PrestaShop(),
    LightspeedEcom(),
    LightspeedR(),
    LightspeedX(),
)


def recognised(names: Collection[str]) -> Format | None:
    """Give the format whose columns these are, as `name_of` names them; None where none is."""
    for each in FORMATS:
        if each.recognises(names):
            return each
    return None
