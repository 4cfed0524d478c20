"""What the API takes of a product, and what it says of a write."""

from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, validate

from catalog.facts import FACTS, Fact, Kind
from service.writing.lines import REFUSED
from service.writing.products import Outcome

_NUMBERS = {Kind.PRICE: "number", Kind.COUNT: "integer"}


def _field(fact: Fact) -> fields.Field[Any]:
    """Return what is taken of a fact: a number also as the text that a table has of it."""
    kinds = [*([_NUMBERS[fact.kind]] if fact.is_number else []), "string"]
    kinds += ["null"] if fact.may_lack else []
    metadata: dict[str, Any] = {"type": kinds}
    return fields.Raw(metadata=metadata | ({"description": fact.tells} if fact.tells else {}))


class ProductIn(Schema):
    """What is said of a product. Null says that there is none; the rules are those of imports."""

    class Meta:
        """Made of the declaration of facts."""

        unknown = RAISE
        include: ClassVar = {fact.column: _field(fact) for fact in FACTS}

    sku = fields.String(metadata={"description": "That of the address, if it is said."})
    category = fields.String(
        allow_none=True,
        metadata={"description": "A person's word; null leaves it to the model."},
    )


class ProductWritten(Schema):
    """What became of a product; its `ETag` is a header."""

    sku = fields.String(required=True, metadata={"description": "As the catalogue spells it."})
    outcome = fields.String(
        required=True, validate=validate.OneOf([each.value for each in Outcome])
    )
    notes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What was taken otherwise than it came, or is to be asked."},
    )


class BatchLine(Schema):
    """What became of a line; the answer has one for each, in their order."""

    line = fields.Integer(required=True)
    sku = fields.String(required=True, allow_none=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf([*(each.value for each in Outcome), REFUSED])
    )
    notes = fields.List(fields.String(), required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "Why it was refused, by field."},
    )
