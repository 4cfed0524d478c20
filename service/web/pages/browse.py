"""The catalogue by category, page by page."""

from flask import Blueprint, render_template

from service.finding.aisles import path_to
from service.finding.browse import aisles, products_page
from service.web.pages.filter_form import narrowed
from service.web.requests.current import services

bp = Blueprint("browse", __name__)


@bp.get("/browse")
def browse() -> str:
    """Show the products of a category, or all of them, narrowed as wanted."""
    parts = services()
    wanted = narrowed()
    counted = aisles(wanted.filters, services=parts, one_per_style=wanted.one_per_style)
    return render_template(
        "browse.html",
        found=products_page(
            wanted.filters,
            wanted.page,
            parts.settings.per_page,
            services=parts,
            one_per_style=wanted.one_per_style,
        ),
        wanted=wanted,
        counts=counted.categories,
        path=path_to(wanted.filters.category or "", counted.categories),
        every=counted.every,
    )
