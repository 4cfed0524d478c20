"""What the API takes, said once: requests are checked by it, and the document shows it."""

from typing import ClassVar

from marshmallow import RAISE, Schema, fields, validate

from catalog.facts import FILTERS, Fact
from embeddings.model.weights import Weight
from service.web.requests.plain import PRINTABLE_PATTERN, Amount, PlainText, WholeNumber, YesOrNo

MAX_PER_PAGE = 100
MAX_PAGE = 100_000
MAX_PRICE = 1_000_000_000  # in whole units of the currency
_FRACTION = r"(0(\.[0-9]{1,9})?|1(\.0{1,9})?)"


def _text(longest: int, description: str) -> PlainText:
    return PlainText(
        validate=validate.Length(min=1, max=longest),
        metadata={"description": description, "pattern": PRINTABLE_PATTERN},
    )


def _price(description: str) -> Amount:
    return Amount(
        validate=validate.Range(min=0, max=MAX_PRICE), metadata={"description": description}
    )


def _of_fact(fact: Fact) -> fields.List[str]:
    return fields.List(
        _text(fact.longest, f"A {fact.label.lower()}, in any case and with or without accents."),
        validate=validate.Length(max=16),
        metadata={
            "description": "Only products of one of these; may be given several times. "
            "/api/v1/facets names the most common."
        },
    )


class Narrowing(Schema):
    """Which products are wanted, and which page of them."""

    class Meta:
        """A misspelt filter is refused, rather than quietly not applied."""

        unknown = RAISE
        include: ClassVar = {fact.column: _of_fact(fact) for fact in FILTERS}

    category = _text(64, "Only products of this category, or of one that belongs to it.")
    min_price = _price("Lowest price, inclusive, in the product's currency; what it costs now.")
    max_price = _price("Highest price, inclusive, in the product's currency; what it costs now.")
    in_stock = YesOrNo(
        metadata={"description": "Only products that can be bought now."},
    )
    text = _text(200, "Words that must all be in the title, or the SKU.")
    colour = fields.List(
        _text(32, "A colour that the model tells."),
        validate=validate.Length(max=16),
        metadata={
            "description": "Only products of one of these colours; may be given several times. "
            "/api/v1/facets names them."
        },
    )
    one_per_style = YesOrNo(
        metadata={
            "description": "Each style once, by the first of its variants that fit the filters; "
            "totals and pages then count styles, and each product without one. Off unless told."
        },
    )
    page = WholeNumber(
        load_default=1,
        validate=validate.Range(min=1, max=MAX_PAGE),
        metadata={"description": "Which page, from 1."},
    )
    per_page = WholeNumber(
        validate=validate.Range(min=1, max=MAX_PER_PAGE),
        metadata={"description": "How many products on a page; the setting per_page unless told."},
    )


class Likeness(Narrowing):
    """Which products are wanted, and what they are to have in common with what is asked about."""

    weight = fields.String(
        validate=validate.OneOf([each.value for each in Weight]),
        metadata={
            "description": "What counts more, where the model can weigh it: the kind of garment, "
            "or its look. Else both count alike."
        },
    )


class SearchForm(Likeness):
    """A search: a photo, or the SKU of a product."""

    photo = fields.Raw(
        metadata={
            "type": "string",
            "format": "binary",
            "description": "A picture: JPEG, PNG, WebP, HEIC, AVIF, GIF or BMP.",
        }
    )
    sku = _text(64, "Instead of a photo: find what looks like this product.")
    box = fields.String(
        validate=validate.Regexp(
            rf"^{_FRACTION}(,{_FRACTION}){{3}}$",
            error="Must be four fractions x,y,width,height such as 0.1,0.2,0.5,0.6.",
        ),
        metadata={
            "description": "The part of the photo to look at: x,y,width,height as fractions.",
            "example": "0.1,0.2,0.5,0.6",
        },
    )
