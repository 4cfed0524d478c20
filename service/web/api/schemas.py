"""What the API gives, said once: answers are made to it, and the document shows it."""

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from catalog.facts import FACTS, Fact, Kind
from embeddings.model.options import MEANINGS
from embeddings.reading.verdict import Verdict
from service.finding.results import DEEPEST


def _field(fact: Fact) -> fields.Field[Any]:
    """Return what is given of a fact."""
    metadata = {"description": fact.tells} if fact.tells else {}
    if fact.kind is Kind.PRICE:
        return fields.Float(required=True, allow_none=fact.may_lack, metadata=metadata)
    if fact.kind is Kind.COUNT:
        least = validate.Range(min=0)
        return fields.Integer(
            required=True, allow_none=fact.may_lack, validate=least, metadata=metadata
        )
    if fact.kind is Kind.CURRENCY:
        metadata["example"] = "EUR"
    return fields.String(required=True, allow_none=fact.may_lack, metadata=metadata)


class Guess(Schema):
    """A category and how likely it is."""

    label = fields.String(required=True)
    confidence = fields.Float(required=True, validate=validate.Range(0, 1))


class CategoryOut(Guess):
    """The likeliest category of the photo."""

    alternatives = fields.List(fields.Nested(Guess), required=True)


class ProductOut(Schema):
    """One product of the catalogue."""

    class Meta:
        """What the shop says of it."""

        include: ClassVar = {fact.column: _field(fact) for fact in FACTS if fact.column != "url"}

    sku = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    url = fields.String(
        required=True,
        metadata={"description": "Where it is sold; its page here, where no other is known."},
    )
    photo_url = fields.String(
        required=True, allow_none=True, metadata={"description": "Relative to this service."}
    )
    colour = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of its first photo; null where the model told none."},
    )


class PhotoOut(Schema):
    """A picture of a product."""

    url = fields.String(required=True, metadata={"description": "Relative to this service."})
    preview_url = fields.String(
        required=True, metadata={"description": "The same in at most 480 pixels a side."}
    )


class ProductDetail(ProductOut):
    """One product with everything that is known of it."""

    photos = fields.List(
        fields.Nested(PhotoOut),
        required=True,
        metadata={"description": "All of its pictures; the first is the one shown in lists."},
    )
    photo_urls = fields.List(
        fields.String(), required=True, metadata={"description": "The `url` of each of `photos`."}
    )
    variants = fields.List(
        fields.Nested(ProductOut),
        required=True,
        metadata={"description": "The first 100 of the others of its style, oldest first."},
    )
    variant_count = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata={"description": "Products of its style, itself among them."},
    )
    category_by = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["human", "file", "model"]),
        metadata={"description": "Who decided the category: a person, a file, the model."},
    )
    confidence = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={
            "description": "How sure the model is of `category`; null where it did not decide it."
        },
    )
    model_category = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the model says, whoever decided."},
    )
    model_confidence = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={"description": "How sure the model is of `model_category`."},
    )
    colour_confidence = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={"description": "How sure the model is of the colour."},
    )


class ListedOut(ProductOut):
    """A product in a list."""

    variant_count = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata={
            "description": "Products of its style that satisfy the filters, itself among them."
        },
    )


class HitOut(ListedOut):
    """A product and its likeness to what was asked about."""

    score = fields.Float(
        required=True,
        validate=validate.Range(0, 1),
        metadata={"description": "Probability that it is the same; `score_means` says in what."},
    )


class Paging(Schema):
    """Which part of everything this is."""

    total = fields.Integer(
        required=True,
        metadata={
            "description": "Products that satisfy the filters; styles, with `one_per_style`."
        },
    )
    total_products = fields.Integer(
        required=True,
        metadata={"description": "The same; more than `total` where each style comes once."},
    )
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    pages = fields.Integer(
        required=True,
        metadata={
            "description": "The last page that there is. A search can be paged to its first "
            f"{DEEPEST:,} products, whatever its total: narrow it to see others."
        },
    )


class ProductList(Paging):
    """One page of products."""

    products = fields.List(fields.Nested(ListedOut), required=True)


class ModelOut(Schema):
    """The model that answered."""

    name = fields.String(required=True)
    fingerprint = fields.String(required=True)


class SearchAnswer(Paging):
    """What a search gives."""

    verdict = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([each.value for each in Verdict]),
        metadata={"description": "What the photo is to this catalogue; null for a product."},
    )
    category = fields.Nested(CategoryOut, required=True, allow_none=True)
    colour = fields.Nested(
        Guess,
        required=True,
        allow_none=True,
        metadata={"description": "The garment's colour; null for a product, or if none is told."},
    )
    score_means = fields.String(
        required=True,
        validate=validate.OneOf(MEANINGS),
        metadata={"description": "What a hit of a high score shares with what was asked about."},
    )
    hits = fields.List(fields.Nested(HitOut), required=True)
    model = fields.Nested(ModelOut, required=True)
    timing_ms = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={"description": "Milliseconds by stage: decode, encode, search, load."},
    )


class ProblemOut(Schema):
    """What went wrong, as RFC 9457 has it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong with which parameter."},
    )


class HealthOut(Schema):
    """Whether the process answers."""

    status = fields.String(required=True, validate=validate.Equal("alive"))


class ReadyOut(Schema):
    """Whether searches can be answered."""

    status = fields.String(required=True, validate=validate.Equal("ready"))
    model = fields.Nested(ModelOut, required=True)
    drift = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "Photos on which index and catalogue disagreed when they were last "
            "counted for `/metrics`; null before. Searches are answered all the same."
        },
    )
