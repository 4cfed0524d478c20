"""Which product a person means by a SKU, however the person writes it."""

from sqlalchemy.orm import Session

from catalog import products
from catalog.errors import UnknownProduct
from catalog.models import Product
from catalog.spellings import spellings
from embeddings.files import names


def meant_sku(session: Session, sku: str) -> str:
    """Return the SKU as its product spells it, where one product is meant; else as it came."""
    return spellings(session, [sku], names.key).get(sku, sku)


def product_meant(session: Session, sku: str) -> Product:
    """Load the product of this SKU, or the only one that a person may mean by it.

    Raises:
        UnknownProduct: there is none, or more than one.
    """
    try:
        return products.by_sku(session, sku)
    except UnknownProduct:
        spelled = meant_sku(session, sku)
        if spelled == sku:
            raise
        return products.by_sku(session, spelled)
