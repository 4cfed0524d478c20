"""POST /api/v1/search: a photo, or a product, and what looks like it."""

from flask import Blueprint, Response

from catalog.errors import UnknownProduct
from embeddings.decoding.cropping import WHOLE, Box, box_from_text
from service.errors import BadRequestValue
from service.finding.like_product import find_like_product
from service.finding.offered import offer, offered_weight
from service.finding.search import find_similar
from service.web.api.answers import search_answer
from service.web.api.described import (
    SEARCH_PROBLEMS,
    UPLOAD_PROBLEMS,
    VALUE_PROBLEMS,
    Operation,
    described,
)
from service.web.api.schemas import SearchAnswer
from service.web.requests.current import services, web_parts
from service.web.requests.reading import filters_of, read_values
from service.web.requests.request_schemas import SearchForm
from service.web.requests.uploads import sent_photos, sent_values, uploaded_photo

bp = Blueprint("api_search", __name__, url_prefix="/api/v1")


@bp.post("/search")
@described(
    Operation(
        summary="Name a photo's category and find the products that look like it",
        form=SearchForm,
        form_needs_one_of=("photo", "sku"),
        example="curl -F photo=@service/demo/stock/samples/a68920e2-059b.jpg $B/api/v1/search",
        answer=SearchAnswer,
        problems=(UnknownProduct, *UPLOAD_PROBLEMS, *VALUE_PROBLEMS, *SEARCH_PROBLEMS),
    )
)
def search() -> Response:
    """Name a photo's category and find the products that look like it."""
    parts = services()
    values, offered = read_values(SearchForm, sent_values()), offer(parts)
    wanted, page = filters_of(values, offered), values["page"]
    weight = offered_weight(values.get("weight"), offered)
    per_page = values.get("per_page", parts.settings.per_page)
    fold = values.get("one_per_style", False)
    sku = values.get("sku")
    if sku is not None and sent_photos():
        raise BadRequestValue("send a photo or a sku, not both", {"sku": ["Not with a photo."]})
    if sku is not None:
        found = find_like_product(
            sku, wanted, page, per_page, services=parts, weight=weight, one_per_style=fold
        )
        decode_ms = None
    else:
        photo, decode_ms = uploaded_photo(parts.settings, _box(values.get("box")))
        found = find_similar(
            photo, wanted, page, per_page, services=parts, weight=weight, one_per_style=fold
        )
        web_parts().metrics.observe_stages({"decode": decode_ms})
    web_parts().metrics.observe_stages(found.timing_ms)
    return search_answer(found, decode_ms)


def _box(given: str | None) -> Box:
    if given is None:
        return WHOLE
    try:
        return box_from_text(given)
    except ValueError as error:
        raise BadRequestValue(str(error), {"box": [str(error)]}) from error
