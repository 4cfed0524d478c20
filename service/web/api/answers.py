"""Turns what the service found into what the API says; plain dictionaries, as they are quick."""

from typing import Any

from flask import Response, request

from catalog.facts import FACTS, Kind
from catalog.models import Product
from service.finding.results import Hit, ProductCard, SearchResult
from service.json_text import as_bytes
from service.web.requests import addresses
from service.web.requests.addresses import segment


def search_answer(found: SearchResult, decode_ms: float | None) -> Response:
    """Return what a search found."""
    root = addresses.root()
    category, colour = found.category, found.colour
    timing = {} if decode_ms is None else {"decode": decode_ms}
    timing |= found.timing_ms
    return answer(
        {
            "verdict": None if found.verdict is None else found.verdict.value,
            "category": None
            if category is None
            else {
                "label": category.label,
                "confidence": round(category.confidence, 6),
                "alternatives": [
                    {"label": each.label, "confidence": round(each.confidence, 6)}
                    for each in category.alternatives
                ],
            },
            "colour": None
            if colour is None
            else {"label": colour.name, "confidence": round(colour.confidence, 6)},
            "score_means": found.meaning,
            "hits": [_hit(hit, root) for hit in found.hits],
            "total": found.total,
            "total_products": found.total_products,
            "page": found.page,
            "per_page": found.per_page,
            "pages": found.pages,
            "model": model_facts(found.model, found.fingerprint),
            "timing_ms": {stage: round(took, 3) for stage, took in timing.items()},
        }
    )


def product_facts(product: Product | ProductCard, digest: str | None, root: str) -> dict[str, Any]:
    """Return what is known of a product; `digest` is of the photo to show."""
    facts: dict[str, Any] = {"sku": product.sku}
    for fact in FACTS:
        value = getattr(product, fact.name)
        is_price = fact.kind is Kind.PRICE and value is not None
        facts[fact.column] = value / 100 if is_price else value
    facts["category"], facts["colour"] = product.category, product.colour
    facts["url"] = facts["url"] or f"{root}/products/{segment(product.sku)}"
    facts["photo_url"] = None if digest is None else f"{root}/photos/{digest}"
    return facts


def model_facts(name: str, fingerprint: str) -> dict[str, str]:
    """Name the model that answered."""
    return {"name": name, "fingerprint": fingerprint}


def answer(content: dict[str, Any], status: int = 200) -> Response:
    """Write JSON."""
    response = Response(as_bytes(content), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    return response


def _hit(hit: Hit, root: str) -> dict[str, Any]:
    facts = product_facts(hit.product, hit.product.digest, root)
    facts["variant_count"] = hit.variants
    facts["score"] = round(hit.score, 6)
    return facts
