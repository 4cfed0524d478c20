"""What the API takes and gives, said once: requests are checked by it, the document shows it."""

from marshmallow import RAISE, Schema, fields, validate

from embeddings.verdict import Verdict
from service.api.plain import PRINTABLE_PATTERN, Amount, PlainText, WholeNumber, YesOrNo
from service.results import DEEPEST

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


class Narrowing(Schema):
    """Which products are wanted, and which page of them."""

    class Meta:
        """A misspelt filter is refused, rather than quietly not applied."""

        unknown = RAISE

    category = _text(64, "Only products of this category.")
    min_price = _price("Lowest price, inclusive, in the currency of the product.")
    max_price = _price("Highest price, inclusive, in the currency of the product.")
    in_stock = YesOrNo(
        metadata={"description": "Only products that can be bought now."},
    )
    text = _text(200, "Words that must all be in the title, or the SKU.")
    page = WholeNumber(
        load_default=1,
        validate=validate.Range(min=1, max=MAX_PAGE),
        metadata={"description": "Which page, from 1."},
    )
    per_page = WholeNumber(
        validate=validate.Range(min=1, max=MAX_PER_PAGE),
        metadata={"description": "How many products on a page; the setting per_page unless told."},
    )


class SearchForm(Narrowing):
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


class Guess(Schema):
    """A category and how likely it is."""

    label = fields.String(required=True)
    confidence = fields.Float(required=True, validate=validate.Range(0, 1))


class CategoryOut(Guess):
    """The likeliest category of the photo."""

    alternatives = fields.List(fields.Nested(Guess), required=True)


class ProductOut(Schema):
    """One product of the catalogue."""

    sku = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    url = fields.String(
        required=True,
        metadata={"description": "Where it is sold; its page here, where no other is known."},
    )
    photo_url = fields.String(
        required=True, allow_none=True, metadata={"description": "Relative to this service."}
    )
    price = fields.Float(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True, metadata={"example": "EUR"})
    stock = fields.Integer(required=True, validate=validate.Range(min=0))


class ProductDetail(ProductOut):
    """One product with everything that is known of it."""

    photo_urls = fields.List(fields.String(), required=True)
    category_by = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["human", "model"]),
        metadata={"description": "Who decided the category."},
    )
    confidence = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={"description": "How sure the model is of its own category."},
    )


class HitOut(ProductOut):
    """A product and its likeness to what was asked about."""

    score = fields.Float(
        required=True,
        validate=validate.Range(0, 1),
        metadata={"description": "Probability that both pictures show the same kind of garment."},
    )


class Paging(Schema):
    """Which part of everything this is."""

    total = fields.Integer(
        required=True, metadata={"description": "Products that satisfy the filters."}
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

    products = fields.List(fields.Nested(ProductOut), required=True)


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
