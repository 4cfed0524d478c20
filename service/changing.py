"""Changes that people make to products; each is one transaction with its feed entries."""

from collections.abc import Iterable

from catalog import products
from catalog.errors import BadRow
from catalog.filters import is_text
from service.meant import meant_sku, product_meant
from service.pictures import remove_unreferenced
from service.wiring import Services

_LONGEST_LABEL = 64


def label_product(sku: str, category: str | None, *, services: Services) -> bool:
    """Set a person's category, which no model touches, or with None take it back.

    Gives whether anything changed.

    Raises:
        UnknownProduct: no product has that SKU.
        BadRow: the category is empty or too long.
    """
    if category is not None and not (0 < len(category) <= _LONGEST_LABEL and is_text(category)):
        raise BadRow(f"a category has 1 to {_LONGEST_LABEL} characters, got {len(category)}")
    with services.database.writing() as session:
        return products.label(session, product_meant(session, sku), category)


def remove_products(skus: Iterable[str], *, services: Services) -> list[str]:
    """Delete products with their photos, readings and pictures; unknown SKUs are ignored.

    Gives those of the SKUs, as they came, that meant a product.
    """
    with services.database.writing() as session:
        meant = {sku: meant_sku(session, sku) for sku in skus}
        removed, pictures = products.delete_all(session, meant.values())
    remove_unreferenced(pictures, services=services)
    gone = set(removed)
    return [sku for sku, spelled in meant.items() if spelled in gone]
