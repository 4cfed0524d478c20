"""PUT, PATCH, DELETE and POST under /api/v1/products: products and pictures, as programs write."""

from flask import Blueprint, Response, request, url_for

from catalog.errors import ConditionFailed, Contradiction, UnknownProduct
from embeddings.errors import DecodingBusy, PhotoTooLarge, UnreadablePhoto
from service.errors import (
    BadRequestValue,
    CatalogueBusy,
    ForgedForm,
    NotAForm,
    NotReady,
    NotSignedIn,
    SlowUpload,
    UploadTooLarge,
)
from service.stock.picture_numbers import number_of
from service.web.api.answers import answer
from service.web.api.bodies import (
    BYTES,
    JSON,
    LINES,
    conditions,
    json_body,
    lines_body,
    picture_body,
)
from service.web.api.described import Body, Operation, described
from service.web.api.write_schemas import BatchLine, ProductIn, ProductWritten
from service.web.guard.current import actor
from service.web.requests.current import services
from service.writing.idempotency import HEADER, repeatable, write_lines
from service.writing.lines import read_lines
from service.writing.photos import delete_photo as photo_deleted
from service.writing.photos import put_photo as photo_put
from service.writing.product_json import Said, said_of
from service.writing.products import Done, Outcome, delete_product, patch_product, put_product

bp = Blueprint("api_writes", __name__, url_prefix="/api/v1/products")

_ALWAYS = (NotSignedIn, ForgedForm, BadRequestValue, CatalogueBusy, NotReady)
_ONE = (*_ALWAYS, ConditionFailed, Contradiction)
_WITH_BODY = (NotAForm, UploadTooLarge, SlowUpload)
_PICTURE = (UnknownProduct, UnreadablePhoto, PhotoTooLarge, DecodingBusy)
_MARKS = ("If-Match", "If-None-Match")
_KEY = '-H "Authorization: Bearer $KEY"'
_SHIRT = "$B/api/v1/products/SHIRT-1"


@bp.put("/<sku:sku>")
@described(
    Operation(
        summary="Create a product, or replace what is said of it",
        body=Body(JSON, ProductIn),
        headers=_MARKS,
        answer=ProductWritten,
        statuses=(200, 201),
        problems=(*_ONE, *_WITH_BODY),
        tag="writes",
        example=f"curl -X PUT {_KEY} -H 'Content-Type: application/json' "
        f"""-d '{{"title": "Linen shirt", "price": 39.9, "currency": "EUR"}}' {_SHIRT}""",
    )
)
def put(sku: str) -> Response:
    """Create a product, or replace what is said of it."""
    said = _said(sku)
    return _told(put_product(said, conditions(), by=actor(), services=services()))


@bp.patch("/<sku:sku>")
@described(
    Operation(
        summary="Change something of what is said of a product",
        body=Body(JSON, ProductIn),
        headers=_MARKS,
        answer=ProductWritten,
        problems=(*_ONE, *_WITH_BODY, UnknownProduct),
        tag="writes",
        example=f"curl -X PATCH {_KEY} -H 'Content-Type: application/json' "
        f"""-d '{{"stock": 3, "category": "Shirt"}}' {_SHIRT}""",
    )
)
def patch(sku: str) -> Response:
    """Change something of what is said of a product."""
    said = _said(sku)
    return _told(patch_product(said, conditions(), by=actor(), services=services()))


@bp.delete("/<sku:sku>")
@described(
    Operation(
        summary="Delete a product with its pictures",
        headers=_MARKS,
        answer=None,
        statuses=(204,),
        problems=(*_ONE, UnknownProduct),
        tag="writes",
        example=f"curl -X DELETE {_KEY} {_SHIRT}",
    )
)
def delete(sku: str) -> Response:
    """Delete a product with its pictures."""
    delete_product(sku, conditions(), by=actor(), services=services())
    return Response(status=204)


@bp.put("/<sku:sku>/photos/<number>")
@described(
    Operation(
        summary="Put a picture in the place of another, or behind the last",
        body=Body(BYTES),
        headers=_MARKS,
        answer=ProductWritten,
        problems=(*_ONE, *_WITH_BODY, *_PICTURE),
        tag="writes",
        example=f"curl -X PUT {_KEY} -H 'Content-Type: image/jpeg' --data-binary "
        f"@service/demo/stock/samples/a68920e2-059b.jpg {_SHIRT}/photos/1",
    )
)
def put_photo(sku: str, number: str) -> Response:
    """Put a picture in the place of another, or behind the last."""
    data = picture_body()
    done = photo_put(sku, number_of(number), data, conditions(), by=actor(), services=services())
    return _told(done)


@bp.delete("/<sku:sku>/photos/<number>")
@described(
    Operation(
        summary="Take a picture of a product away",
        headers=_MARKS,
        answer=ProductWritten,
        problems=(*_ONE, UnknownProduct),
        tag="writes",
        example=f"curl -X DELETE {_KEY} {_SHIRT}/photos/1",
    )
)
def delete_photo(sku: str, number: str) -> Response:
    """Take a picture of a product away; those behind it move up."""
    return _told(
        photo_deleted(sku, number_of(number), conditions(), by=actor(), services=services())
    )


@bp.post("")
@described(
    Operation(
        summary="Create and change up to 1,000 products, each a line of JSON",
        body=Body(LINES),
        headers=(HEADER,),
        answer=BatchLine,
        answer_type=LINES,
        problems=(*_ALWAYS, *_WITH_BODY),
        tag="writes",
        example=f"curl -X POST {_KEY} -H 'Content-Type: application/x-ndjson' --data-binary "
        """'{"sku": "SHIRT-2", "title": "Linen shirt"}' $B/api/v1/products""",
    )
)
def post() -> Response:
    """Create and change many products; the answer has a line for each."""
    body = lines_body()
    lines = read_lines(body)
    repeated = repeatable(request.headers.get(HEADER), body, actor())
    answers = write_lines(lines, repeated, by=actor(), services=services())
    response = Response(answers, content_type=LINES)
    response.headers["Cache-Control"] = "no-store"
    return response


def _said(sku: str) -> Said:
    return said_of(json_body(), sku)


def _told(done: Done) -> Response:
    outcome = {"sku": done.sku, "outcome": done.outcome.value, "notes": list(done.notes)}
    is_new = done.outcome is Outcome.CREATED
    response = answer(outcome, 201 if is_new else 200)
    response.set_etag(done.mark)
    if is_new:
        response.headers["Location"] = url_for("api_products.product", sku=done.sku)
    return response
