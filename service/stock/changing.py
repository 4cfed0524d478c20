"""Changes that people make to products; each is one transaction with its feed entries."""

from collections.abc import Iterable

from catalog import products
from catalog.errors import BadRow
from catalog.models import Product
from catalog.vocabulary import Vocabulary
from embeddings.files import names
from service.stock.meant import meant_sku, product_meant
from service.stock.pictures import remove_unreferenced
from service.wiring import Services

_LONGEST = 64


def label_product(
    sku: str, category: str | None, *, services: Services, is_new: bool = True
) -> bool:
    """Set a person's category, which no model touches, or with None leave it to the model.

    Returns whether anything changed. A word that stands for another category is that other. Without
    `is_new` a word that is unknown and nearly a known category is refused.

    Raises:
        UnknownProduct: no product has that SKU.
        BadRow: the category is empty or too long, cannot be written, or is nearly another.
    """
    word = None if category is None else category_of(category)
    if word is not None:
        model = services.model  # before the transaction: it may have to be opened
    with services.database.writing() as session:
        product = product_meant(session, sku)
        if word is not None:
            known = Vocabulary.of(session, model.labels)
            near = None if is_new else known.near(word, model.branches)
            if near is not None:
                raise BadRow(
                    f"no category is called '{word}', but '{near}' is nearly that: "
                    "say so, or add --new"
                )
            word = known.meaning(word)
        return products.label(session, product, word)


def take_back_label(sku: str, *, services: Services) -> Product | None:
    """Undo a person's last word on a product; None where there was none.

    Raises:
        UnknownProduct: no product has that SKU.
    """
    with services.database.writing() as session:
        product = product_meant(session, sku)
        if not products.take_back(session, product):
            return None
        session.refresh(product)
        return product


def category_of(text: str) -> str:
    """Check a category as an import does. Raises: BadRow."""
    word = names.clean(text)
    if not word:
        raise BadRow("the category is empty")
    if fault := names.fault_of("category", word, _LONGEST):
        raise BadRow(fault)
    return word


def remove_products(skus: Iterable[str], *, services: Services) -> list[str]:
    """Delete products with their photos, readings and pictures; unknown SKUs are ignored.

    Returns those of the SKUs, as they came, that meant a product.
    """
    with services.database.writing() as session:
        meant = {sku: meant_sku(session, sku) for sku in skus}
        removed, pictures = products.delete_all(session, meant.values())
    remove_unreferenced(pictures, services=services)
    gone = set(removed)
    return [sku for sku, spelled in meant.items() if spelled in gone]
