"""What the API says of the review queue, and takes of those who decide in it."""

from marshmallow import RAISE, Schema, fields, validate

from catalog.review_fellows import CROWD, MOST
from service.review.reasons import Reason
from service.web.api.schemas import Guess, ProductOut

_SEEN = "The state that was looked at: `seen` of the question."


class NeighbourOut(Schema):
    """A product that looks like the one in question, and that a person or a file has named."""

    sku = fields.String(required=True)
    category = fields.String(required=True)
    category_by = fields.String(required=True, validate=validate.OneOf(["human", "file"]))
    score = fields.Float(required=True, validate=validate.Range(0, 1))
    photo_url = fields.String(required=True, allow_none=True)


class FellowOut(Schema):
    """Another product that an answer is true of as well."""

    sku = fields.String(required=True)
    same_picture = fields.Boolean(
        required=True, metadata={"description": "Or else it is of the same style."}
    )


class QuestionOut(Schema):
    """One product to decide on."""

    product = fields.Nested(ProductOut, required=True)
    seen = fields.String(
        required=True, metadata={"description": "Tells this state from others; send it back."}
    )
    reasons = fields.List(
        fields.String(validate=validate.OneOf([each.value for each in Reason])),
        required=True,
        metadata={"description": "Why it is asked; none where neighbours no longer say so."},
    )
    file_category = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What a supplier's file calls it."},
    )
    guesses = fields.List(
        fields.Nested(Guess),
        required=True,
        metadata={"description": "The model's, likeliest first."},
    )
    choices = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Up to nine likely categories, what the like are called too."},
    )
    neighbours = fields.List(fields.Nested(NeighbourOut), required=True)
    fellows = fields.List(
        fields.Nested(FellowOut),
        required=True,
        metadata={"description": "What is the same question; send the SKUs back as `also`."},
    )
    shown_by = fields.Integer(
        required=True,
        validate=validate.Range(min=0),
        metadata={
            "description": "Products that show this picture first, counted up to 1,000. From "
            f"{CROWD} on it rather stands for a missing one, and a skip is for all of them."
        },
    )
    held_until = fields.DateTime(
        required=True, metadata={"description": "Until then nobody else is asked about it."}
    )


class ReviewNext(Schema):
    """What is to be looked at next."""

    left = fields.Integer(required=True, validate=validate.Range(min=0))
    question = fields.Nested(QuestionOut, required=True, allow_none=True)


class SkipIn(Schema):
    """Which product is to be asked later."""

    class Meta:
        """Nothing else."""

        unknown = RAISE

    sku = fields.String(required=True, validate=validate.Length(1, 64))
    seen = fields.String(validate=validate.Length(1, 200), metadata={"description": _SEEN})
    also = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=list,
        validate=validate.Length(max=MOST),
        metadata={"description": "Those of the question's `fellows` that it is for as well."},
    )


class DecisionIn(SkipIn):
    """What a product is."""

    category = fields.String(required=True, validate=validate.Length(1, 200))
    new = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "It is meant, though it is nearly a known category."},
    )


class DecidedOut(Schema):
    """What was decided, or taken back."""

    sku = fields.String(required=True)
    category = fields.String(
        required=True, allow_none=True, metadata={"description": "Null: it was skipped."}
    )
    also = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "SKUs of the others that it was decided of as well."},
    )
    agrees = fields.Boolean(
        required=True, metadata={"description": "Whether the model had said the same."}
    )
