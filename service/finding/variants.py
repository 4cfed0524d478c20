"""The other variants of a product's style, such as its colours and sizes."""

from dataclasses import dataclass

from catalog import cards, search_queries
from catalog.cards import ProductCard
from catalog.damaged_cells import as_text
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
    name = as_text(product.folded_style)  # of a damaged row it may be anything
    if name is None:
        return Variants()
    with services.database.read_view() as look:
        every = sorted(search_queries.variants(look.driver, [name])[name])
        others = [id_ for id_ in every if id_ != product.id]
        return Variants(tuple(cards.by_id(look.session, others[:MOST])), max(1, len(every)))
