"""What the API says of pairs of products that may be one, and what it takes of a decision."""

from marshmallow import RAISE, Schema, fields, validate

from catalog.duplicates.tables import Kind
from service.duplicates import many
from service.duplicates.decision import Verdict

_KINDS = validate.OneOf([each.value for each in Kind])
_VERDICTS = validate.OneOf([each.value for each in Verdict])
MOST = 100


class QueueQuery(Schema):
    """Which pairs are asked for."""

    kind = fields.String(validate=_KINDS)
    sku = fields.String(metadata={"description": "Of one of the two products."})
    at_least = fields.Float(
        validate=validate.Range(0, 1), metadata={"description": "The lowest score."}
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=20, validate=validate.Range(1, MOST))


class PairOut(Schema):
    """Two products that may be one; the left one came first."""

    number = fields.Integer(required=True)
    left = fields.String(required=True, metadata={"description": "An SKU."})
    right = fields.String(required=True, metadata={"description": "An SKU."})
    kind = fields.String(required=True, validate=_KINDS)
    score = fields.Float(required=True, metadata={"description": "0 to 1, within its kind."})
    reason = fields.String(required=True)
    photo_urls = fields.List(
        fields.String(), required=True, metadata={"description": "Of the two pictures compared."}
    )
    found_at = fields.String(required=True)


class QueueOut(Schema):
    """A page of the queue, the surest first."""

    pairs = fields.List(fields.Nested(PairOut), required=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class PairDecisionIn(Schema):
    """What is decided of a pair."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    decision = fields.String(required=True, validate=_VERDICTS)
    stays = fields.String(metadata={"description": "Of a merger: the SKU of the one that stays."})


class PairDecisionOut(Schema):
    """What was done."""

    number = fields.Integer(required=True)
    told = fields.String(required=True)
    change = fields.Integer(
        required=True, allow_none=True, metadata={"description": "By which it can be undone."}
    )


class PairBulkIn(Schema):
    """One decision for the surest of the open pairs that are meant.

    Of a merger the one that came first stays.
    """

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    decision = fields.String(required=True, validate=_VERDICTS)
    kind = fields.String(validate=_KINDS)
    sku = fields.String()
    at_least = fields.Float(validate=validate.Range(0, 1))
    expected = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "The `digest` of a preview; without it, this is one."},
    )


class PairBulkOut(Schema):
    """What a bulk decision has done, or would do."""

    done = fields.Boolean(required=True)
    pairs = fields.Integer(
        required=True, metadata={"description": f"That it takes, {many.MOST} at most."}
    )
    job = fields.Integer(
        metadata={"description": f"Of more than {many.AT_ONCE} pairs: the job that decides them."}
    )
    decided = fields.Integer()
    fallen_away = fields.Integer(
        metadata={"description": "No pairs any more by then, as by an earlier one of these."},
    )
    refused = fields.Integer(metadata={"description": "That cannot be."})
    digest = fields.String(metadata={"description": "Of a preview: which pairs these are."})
    more = fields.Integer(
        metadata={"description": "Of a preview: meant beside them, for another request."}
    )
    withdrawn = fields.Integer(metadata={"description": "Of a preview: products."})
    pictures = fields.Integer(metadata={"description": "Of a preview: that come over."})
    facts = fields.Integer(metadata={"description": "Of a preview: that come over."})
    cannot = fields.List(
        fields.String(),
        metadata={"description": "Why, of the first of those that are refused."},
    )
    change = fields.Integer(allow_none=True)


class PairUndoneOut(Schema):
    """What was brought back."""

    job = fields.Integer(metadata={"description": "Of many pairs: the job that does it."})
    products = fields.Integer()
    refused = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "What stays as it is: `sku` and `reason`."},
    )
    change = fields.Integer(
        allow_none=True, metadata={"description": "By which it is undone itself."}
    )
