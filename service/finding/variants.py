"""The other variants of a product's style, such as its colours and sizes."""

from dataclasses import dataclass

from catalog import cards, styles
from catalog.cards import ProductCard
from catalog.filters import Filters
from catalog.models import Product
from service.wiring import Services

MOST = 100  # that one product's page lists; a list of all would never end


@dataclass(frozen=True, slots=True)
class Variants:
    """What there is of a style beside one of its products."""

    others: tuple[ProductCard, ...] = ()  # the first of them, in the order in which they came
    count: int = 1  # of the whole style


def variants_of(product: Product, *, services: Services) -> Variants:
    """Return the other variants of a product's style, up to `MOST`; none without a style."""
    name = product.folded_style
    if name is None:
        return Variants()
    with services.database.reading() as session:
        ids = [id_ for id_ in styles.variants(session, name, MOST + 1) if id_ != product.id]
        count = styles.count_variants(session, [name], Filters()).get(name, 1)
        return Variants(tuple(cards.by_id(session, ids[:MOST])), count)
