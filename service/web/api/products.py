"""GET /api/v1/products: the catalogue, one product, and what looks like it."""

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema

from catalog.errors import UnknownProduct
from catalog.marks import mark_of
from embeddings.errors import MissingPhoto
from service.errors import BadRequestValue
from service.finding.browse import product_by_sku, products_page
from service.finding.like_product import find_like_product
from service.finding.offered import offer, offered_weight
from service.finding.results import category_by
from service.finding.variants import variants_of
from service.stock.picture_numbers import number_of
from service.web.api.answers import answer, product_facts, search_answer
from service.web.api.described import SEARCH_PROBLEMS, VALUE_PROBLEMS, Operation, described
from service.web.api.schemas import PhotoOut, ProductDetail, ProductList, SearchAnswer
from service.web.requests import addresses
from service.web.requests.addresses import lead_on_from_old_ones, or_leads_on, or_what_stayed
from service.web.requests.current import services, web_parts
from service.web.requests.reading import filters_of, read_values
from service.web.requests.request_schemas import Likeness, Narrowing
from service.wording import counted

bp = Blueprint("api_products", __name__, url_prefix="/api/v1/products")


@bp.get("")
@described(
    Operation(
        summary="List products",
        query=Narrowing,
        example='curl "$B/api/v1/products?category=Pants&max_price=120&per_page=10"',
        answer=ProductList,
        problems=VALUE_PROBLEMS,
        tag="products",
    )
)
def products() -> Response:
    """List products by category and other filters."""
    values, per_page = _read_query(Narrowing)
    wanted = filters_of(values, offer(services()))
    found = products_page(
        wanted,
        values["page"],
        per_page,
        services=services(),
        one_per_style=values.get("one_per_style", False),
    )
    root = addresses.root()
    return answer(
        {
            "products": [
                product_facts(each, each.digest, root)
                | {"variant_count": found.variants.get(each.id, 1)}
                for each in found.products
            ],
            "total": found.total,
            "total_products": found.total_products,
            "page": found.page,
            "per_page": found.per_page,
            "pages": found.pages,
        }
    )


lead_on_from_old_ones(bp)


@bp.get("/<sku:sku>")
@described(
    Operation(
        summary="Show one product",
        answer=ProductDetail,
        problems=(UnknownProduct,),
        tag="products",
        example="curl $B/api/v1/products/c04180ca-c50a",
    )
)
@or_what_stayed
def product(sku: str) -> Response:
    """Show one product."""
    found = product_by_sku(sku, services=services())
    root = addresses.root()
    digests = [photo.digest for photo in found.photos]
    facts = product_facts(found, digests[0] if digests else None, root)
    facts["photo_urls"] = [f"{root}/photos/{digest}" for digest in digests]
    facts["photos"] = [_photo(url) for url in facts["photo_urls"]]
    variants = variants_of(found, services=services())
    facts["variant_count"] = variants.count
    facts["variants"] = [product_facts(each, each.digest, root) for each in variants.others]
    by = category_by(found.human_category, found.model_category, found.labelled_by)
    sure = _rounded(found.model_confidence)
    facts["category_by"], facts["confidence"] = by, sure if by == "model" else None
    facts["model_category"], facts["model_confidence"] = found.model_category, sure
    facts["colour_confidence"] = _rounded(found.colour_confidence)
    response = answer(facts)
    response.set_etag(mark_of(found, digests))  # for If-Match; no answer is a 304
    return response


@bp.get("/<sku:sku>/photos/<number>")
@described(
    Operation(
        summary="Say where a picture of a product lies",
        answer=PhotoOut,
        problems=(UnknownProduct, MissingPhoto, BadRequestValue),
        tag="products",
        example="curl $B/api/v1/products/c04180ca-c50a/photos/1",
    )
)
def photo(sku: str, number: str) -> Response:
    """Say where a picture of a product lies."""
    place = number_of(number)
    photos = product_by_sku(sku, services=services()).photos
    if place > len(photos):
        raise MissingPhoto(
            f"the product '{sku}' has {counted(len(photos), 'picture')}, got {place}"
        )
    return answer(_photo(f"{addresses.root()}/photos/{photos[place - 1].digest}"))


@bp.get("/<sku:sku>/similar")
@described(
    Operation(
        summary="Find what looks like a product",
        query=Likeness,
        example='curl "$B/api/v1/products/c04180ca-c50a/similar?per_page=12"',
        answer=SearchAnswer,
        problems=(UnknownProduct, *VALUE_PROBLEMS, *SEARCH_PROBLEMS),
        tag="products",
    )
)
@or_what_stayed
@or_leads_on
def similar(sku: str) -> Response:
    """Find what looks like a product; the product itself is left out."""
    values, per_page = _read_query(Likeness)
    offered = offer(services())
    found = find_like_product(
        sku,
        filters_of(values, offered),
        values["page"],
        per_page,
        services=services(),
        weight=offered_weight(values.get("weight"), offered),
        one_per_style=values.get("one_per_style", False),
    )
    web_parts().metrics.observe_stages(found.timing_ms)
    return search_answer(found, None)


def _photo(url: str) -> dict[str, str]:
    return {"url": url, "preview_url": f"{url}/preview"}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _read_query(schema: type[Schema]) -> tuple[dict[str, Any], int]:
    values = read_values(schema, request.args)
    return values, values.get("per_page", services().settings.per_page)
