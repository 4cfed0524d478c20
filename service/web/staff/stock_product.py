"""One product, as its facts and pictures are changed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import ConditionFailed, Contradiction
from catalog.facts import FACTS
from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from service.errors import BadRequestValue, UploadTooLarge
from service.finding.browse import category_counts
from service.problems import SEE_OTHER, problem_of
from service.stock.exporting import facts_of
from service.stockroom.editing import (
    add_picture,
    arrange_pictures,
    edit_product,
    withdraw_product,
)
from service.stockroom.listing import StaffProduct, staff_product
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services
from service.web.requests.uploads import FIELD
from service.writing.conditions import Conditions
from service.writing.product_json import said_of

bp = Blueprint("staff_product", __name__, url_prefix="/staff/stock/of")

CATEGORY, OWN_WORD, MODELS = "category", "own_word", ""
_LONG = 4_000
_REFUSED = (ConditionFailed, Contradiction, BadRequestValue, UnreadablePhoto, PhotoTooLarge)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, and what stood there before they did."""

    values: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)  # what somebody else has made of it
    fault: Exception | None = None
    notes: Sequence[str] = ()  # what was taken otherwise than it was typed


@bp.get("/<sku:sku>", endpoint="product")
def look(sku: str) -> Response:
    """Show a product with the form to change it."""
    return _page(staff_product(sku, services=services()), Typed())


@bp.post("/<sku:sku>")
def edit(sku: str) -> BaseResponse:
    """Change what is said of a product: only what was typed, unless somebody was quicker."""
    before = {name: sent(f"was-{name}", _LONG) for name in _fields()}
    typed = {name: sent(name, _LONG).strip() for name in _fields()}
    if own := sent(OWN_WORD).strip():
        typed[CATEGORY] = own
    changed = {name: value for name, value in typed.items() if value != before[name].strip()}
    try:
        said = said_of({name: value or None for name, value in changed.items()}, sku)
        notes = edit_product(said, _conditions(), by=actor(), services=services())
    except (ConditionFailed, BadRequestValue, Contradiction) as error:
        # The page brings the mark of now, so it has to say what became of the rest meanwhile:
        # what comes back with it is saved over that.
        product = staff_product(sku, services=services())
        now = values_of(product)
        others = {name: now[name] for name in now if now[name].strip() != before[name].strip()}
        return _page(product, Typed({**now, **changed}, others, error))
    if notes:
        return _page(staff_product(sku, services=services()), Typed(notes=notes))
    return _back(sku)


@bp.post("/<sku:sku>/pictures")
def add(sku: str) -> BaseResponse:
    """Put a picture behind the last."""
    file = request.files.get(FIELD)
    data = b"" if file is None else file.stream.read()
    try:
        if not data:
            raise BadRequestValue("choose a picture first", {FIELD: ["Choose a picture first."]})
        add_picture(sku, data, _conditions(), by=actor(), services=services())
    except (*_REFUSED, UploadTooLarge) as error:
        return _page(staff_product(sku, services=services()), Typed(fault=error))
    return _back(sku, "pictures")


@bp.post("/<sku:sku>/pictures/arrange")
def arrange(sku: str) -> BaseResponse:
    """Take a picture away, or move it."""
    held = list(staff_product(sku, services=services()).whole.digests)
    what, _, digest = sent("do").partition(" ")
    try:
        if digest not in held:
            raise Contradiction("the picture is not there any more")
        place = held.index(digest)
        held.remove(digest)
        if what != "remove":
            steps = {"first": -place, "earlier": -1, "later": 1}
            held.insert(max(0, place + steps.get(what, 0)), digest)
        arrange_pictures(sku, held, _conditions(), by=actor(), services=services())
    except _REFUSED as error:
        return _page(staff_product(sku, services=services()), Typed(fault=error))
    return _back(sku, "pictures")


@bp.post("/<sku:sku>/withdraw")
def withdraw(sku: str) -> BaseResponse:
    """Take a product out of the catalogue."""
    try:
        number = withdraw_product(sku, _conditions(), by=actor(), services=services())
    except ConditionFailed as error:
        return _page(staff_product(sku, services=services()), Typed(fault=error))
    return redirect(url_for("staff_changes.change", number=number), SEE_OTHER)


def values_of(product: StaffProduct) -> dict[str, str]:
    """Return what stands in the fields of a product's form."""
    facts = facts_of(product.whole)
    values = {name: "" if value is None else str(value) for name, value in facts.items()}
    return values | {CATEGORY: product.row.human_category or MODELS}


def _fields() -> list[str]:
    return [*(fact.column for fact in FACTS), CATEGORY]


def _conditions() -> Conditions:
    return Conditions(match=frozenset([sent("mark")]))


def _back(sku: str, anchor: str | None = None) -> BaseResponse:
    to = url_for("staff_product.product", sku=sku, saved=1, _anchor=anchor)
    return redirect(to, SEE_OTHER)


def _page(product: StaffProduct, typed: Typed) -> Response:
    now = values_of(product)
    page = render_template(
        "staff/stock_product.html",
        product=product,
        now=now,
        values={**now, **typed.values},
        others=typed.others,
        fault=typed.fault,
        saved="saved" in request.args or bool(typed.notes),
        notes=typed.notes,
        facts=FACTS,
        counts=category_counts(services=services()),
    )
    status = None if typed.fault is None else problem_of(typed.fault).status
    return make_response(page, status)
