"""Lists products without a photo to compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog import cards, products, search_queries
from catalog.cards import ProductCard
from catalog.duplicates.moved import stays_as
from catalog.filters import Filters
from catalog.models import Product
from embeddings.files import names
from embeddings.types import Ids
from service.finding.aisles import Aisle, nested, nested_members
from service.finding.hits import variant_counts
from service.finding.offered import offer
from service.index.widening import widened
from service.stock.meant import product_meant
from service.wiring import Services

_NOTHING: Ids = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of the products that satisfy some filters, the newest first."""

    products: tuple[ProductCard, ...]
    variants: Mapping[int, int]  # products of its style that satisfy the filters, by a product's id
    total: int  # products, or styles
    total_products: int  # more than `total` where variants are folded
    page: int  # from 1
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.per_page))


def products_page(
    wanted: Filters,
    page: int,
    per_page: int,
    *,
    services: Services,
    one_per_style: bool = False,
) -> ProductPage:
    """Return one page (from 1) of the products that satisfy the filters, the newest first.

    With `one_per_style` each style comes once, by its newest product that satisfies them.
    """
    widest = widened(wanted, offer(services).tree)
    with services.database.read_view() as look:
        latest = search_queries.latest(look.driver)
        fitting = services.fitting.find(look.session, latest, widest)
        shown = fitting
        if one_per_style:
            shown = services.fitting.styles.at(look.session, latest).newest(fitting)
        first = (page - 1) * per_page
        ids = shown[::-1][first : first + per_page].tolist()  # of two, the newer has the higher
        found = cards.by_id(look.session, ids)
        variants = variant_counts(look, found, fitting)
    return ProductPage(tuple(found), variants, len(shown), len(fitting), page, per_page)


def category_counts(*, services: Services) -> list[Aisle]:
    """Count the products of each category, by name, those of one tree within its root."""
    counts = {each.category: each.products for each in services.categories.current()}
    return nested(counts, offer(services).tree)


@dataclass(frozen=True, slots=True)
class Aisles:
    """What each category would show, with filters as they are but for that of a category."""

    categories: list[Aisle]  # of the whole shop, those of one tree within its root
    every: int  # products, or styles, of all of them


def aisles(wanted: Filters, *, services: Services, one_per_style: bool = False) -> Aisles:
    """Count what a page of each category would show: products, or styles.

    A style of variants in several categories counts once in each, and once in all together.
    """
    others = replace(wanted, category=None, below=())
    with services.database.read_view() as look:
        latest = search_queries.latest(look.driver)
        fitting = services.fitting.find(look.session, latest, others)
        styles = services.fitting.styles.at(look.session, latest)
    tree = offer(services).tree
    named = services.categories.current()
    if not others.narrow and not (one_per_style and len(styles)):
        counts = {each.category: each.products for each in named}
        return Aisles(nested(counts, tree), len(fitting))
    sorted_in = services.categories.sort(fitting)
    members = {each.category: sorted_in.get(each.category, _NOTHING) for each in named}
    if not one_per_style:
        return Aisles(nested_members(members, tree), len(fitting))
    by_style = {name: styles.of(ids) for name, ids in members.items()}
    return Aisles(nested_members(by_style, tree), len(fitting) - styles.fewer(fitting))


@dataclass(frozen=True, slots=True)
class ColourCount:
    """How many products have a colour."""

    colour: str
    products: int


def colour_counts(*, services: Services) -> list[ColourCount]:
    """Count the products of each colour that the model tells, in its order; none without any."""
    with services.database.reading() as session:
        counts = dict(products.colour_counts(session))
    return [ColourCount(each, counts.get(each, 0)) for each in offer(services).colours]


@dataclass(frozen=True, slots=True)
class Sample:
    """A product to try the search with, and the category that it stands for."""

    category: str
    product: ProductCard


def samples(counts: Sequence[Aisle], most: int, *, services: Services) -> list[Sample]:
    """Choose a clear product of each of the largest categories, in the order of `counts`.

    A small category is often one that a network sees where it is wrong.
    """
    largest = sorted(counts, key=lambda each: each.products, reverse=True)[:most]
    with services.database.reading() as session:
        found = [
            (each.category, cards.clearest(session, each.named()))
            for each in counts
            if each in largest
        ]
    return [Sample(category, product) for category, product in found if product is not None]


def product_by_sku(sku: str, *, services: Services) -> Product:
    """Return a product with its photos, apart from the database. Raises: UnknownProduct."""
    with services.database.reading() as session:
        product = product_meant(session, sku)
        session.expunge_all()
        return product


def merged_into(sku: str, *, services: Services) -> str | None:
    """Return the SKU of the product that one which is gone was merged into; None without one."""
    with services.database.reading() as session:
        return stays_as(session, sku, names.key)
