"""One product, and everything that looks like it."""

from flask import Blueprint, render_template

from catalog.facts import FACTS
from catalog.filters import Filters
from embeddings.model.label_tree import above
from service.finding.browse import category_counts, product_by_sku
from service.finding.like_product import find_like_product
from service.finding.offered import Offer, offer
from service.finding.results import category_by
from service.finding.variants import variants_of
from service.web.pages.filter_form import narrowed
from service.web.requests.addresses import lead_on_from_old_ones, or_leads_on, or_what_stayed
from service.web.requests.current import services, web_parts

bp = Blueprint("products", __name__, url_prefix="/products")

_SHOWN_SIMILAR = 12

lead_on_from_old_ones(bp)


@bp.get("/<sku:sku>")
@or_what_stayed
def product(sku: str) -> str:
    """Show one product with its nearest look-alikes."""
    parts = services()
    shown = product_by_sku(sku, services=parts)
    offered = offer(parts)
    similar = None
    if shown.photos:
        similar = find_like_product(
            sku, Filters(), 1, _SHOWN_SIMILAR, services=parts, one_per_style=True
        )
        web_parts().metrics.observe_stages(similar.timing_ms)
    return render_template(
        "product.html",
        product=shown,
        category_by=category_by(shown.human_category, shown.model_category, shown.labelled_by),
        similar=similar,
        variants=variants_of(shown, services=parts),
        offered=offered,
        crumbs=_crumbs(shown.category, offered),
        facts_told=[fact for fact in FACTS if fact.label],
    )


@bp.get("/<sku:sku>/similar")
@or_what_stayed
@or_leads_on
def similar(sku: str) -> str:
    """Show everything that looks like a product, narrowed as wanted."""
    parts = services()
    wanted = narrowed()
    found = find_like_product(
        sku,
        wanted.filters,
        wanted.page,
        parts.settings.per_page,
        services=parts,
        weight=wanted.weight,
        one_per_style=wanted.one_per_style,
    )
    web_parts().metrics.observe_stages(found.timing_ms)
    return render_template(
        "similar.html",
        product=product_by_sku(sku, services=parts),
        found=found,
        wanted=wanted,
        counts=category_counts(services=parts),
    )


def _crumbs(category: str | None, offered: Offer) -> list[str]:
    """Return the categories that lead to a product, the widest first."""
    return [] if category is None else [*reversed(above(offered.tree, category)), category]
