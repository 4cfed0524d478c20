"""GET /api/v1/facets: what products can be narrowed to, for whoever builds a filter."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from flask import Blueprint, Response
from marshmallow import Schema, fields

from catalog.fact_counts import FactCount
from catalog.facts import OFFERED
from service.finding.aisles import Aisle
from service.finding.browse import category_counts, colour_counts
from service.finding.offered import offer
from service.web.api.answers import answer
from service.web.api.described import Operation, described
from service.web.requests.current import services


class CategoryFacet(Schema):
    """A category, and how many products it holds with all that belong to it."""

    label = fields.String(required=True)
    belongs_to = fields.String(required=True, allow_none=True)
    products = fields.Integer(required=True)


class ColourFacet(Schema):
    """A colour that the model tells, and how many products have it."""

    label = fields.String(required=True)
    products = fields.Integer(required=True)


class ValueFacet(Schema):
    """A value of a fact, as its first product spells it, and how many products have it."""

    label = fields.String(required=True)
    products = fields.Integer(required=True)


class FactFacet(Schema):
    """The most common values of a fact, and how many different ones there are in all."""

    values = fields.List(fields.Nested(ValueFacet), required=True)
    distinct = fields.Integer(required=True)


class FactFacets(Schema):
    """The facts that products can be narrowed by, each under the name of its filter."""

    class Meta:
        """Made of the declaration of facts."""

        include: ClassVar = {
            fact.column: fields.Nested(FactFacet, required=True) for fact in OFFERED
        }


class Facets(Schema):
    """What products can be narrowed to."""

    categories = fields.List(fields.Nested(CategoryFacet), required=True)
    colours = fields.List(fields.Nested(ColourFacet), required=True)
    weights = fields.List(fields.String(), required=True)
    facts = fields.Nested(FactFacets, required=True)


bp = Blueprint("api_facets", __name__, url_prefix="/api/v1/facets")


@bp.get("")
@described(
    Operation(
        summary="Name what products can be narrowed to",
        answer=Facets,
        example="curl $B/api/v1/facets",
        tag="products",
    )
)
def facets() -> Response:
    """Name the categories, colours, weights and values of facts that there are, with counts."""
    parts = services()
    return answer(
        {
            "categories": list(_rows(category_counts(services=parts), None)),
            "colours": [
                {"label": each.colour, "products": each.products}
                for each in colour_counts(services=parts)
            ],
            "weights": list(offer(parts).weights),
            "facts": _facts(parts.facts.current()),
        }
    )


def _facts(counts: Mapping[str, FactCount]) -> dict[str, Any]:
    return {
        fact.column: {
            "values": [
                {"label": each.value, "products": each.products}
                for each in counts[fact.name].values
            ],
            "distinct": counts[fact.name].distinct,
        }
        for fact in OFFERED
    }


def _rows(counts: Sequence[Aisle], above: str | None) -> Iterator[dict[str, Any]]:
    for each in counts:
        yield {"label": each.category, "belongs_to": above, "products": each.products}
        yield from _rows(each.below, each.category)
