"""What every demonstration has: facts made up for real pictures, in a catalogue of its own."""

from collections.abc import Iterable

import numpy as np

from catalog import products
from catalog.filters import Filters
from catalog.stored import ProductFacts
from service.errors import OwnCatalogue
from service.finding.browse import products_page
from service.wiring import Services


def made_up(seed: int) -> ProductFacts:
    """Make up a price and a stock: nobody sells these pictures, and each start shows the same."""
    draw = np.random.default_rng(seed)
    return ProductFacts(
        price_cents=int(draw.integers(9, 150)) * 100 + 95,
        currency="EUR",
        stock=int(draw.integers(0, 20)),
    )


def refuse_own_products(ours: Iterable[str], *, services: Services) -> None:
    """Keep made-up prices from standing among real ones.

    Raises:
        OwnCatalogue: the catalogue holds products whose SKU is none of `ours`.
    """
    total = products_page(Filters(), 1, 1, services=services).total
    if not total:
        return
    with services.database.reading() as session:
        known = len(products.source_digests(session, ours))
    if total != known:
        raise OwnCatalogue(
            f"the catalogue in {services.settings.home} holds products that are not of this "
            "demonstration; choose another folder for it with --home"
        )
