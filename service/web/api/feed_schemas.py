"""What the API says of feeds, and what it takes."""

from marshmallow import RAISE, Schema, fields, validate

from service.feeds.adding import ENDINGS

_EVERY = {"description": "As in 30m, 6h or 1d."}
_WITHDRAWS = {"description": "Whether products are told that its file does not name any more."}
_DIGEST = {"description": "The `digest` of what is missing, as it was looked at."}
_COUNT = {"description": "How many are missing, as they were looked at."}
_NONE = {"description": "Empty: none from now on."}
_MOST_SKUS = 1_000


class FeedIn(Schema):
    """A feed to be added."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    address = fields.String(
        required=True,
        validate=validate.Length(1, 2_000),
        metadata={"description": "Of its file, at a host that LOOKALIKE_FETCH_HOSTS names."},
    )
    every = fields.String(required=True, validate=validate.Length(max=20), metadata=_EVERY)
    name = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "Else the address' host."},
    )
    withdraw_missing = fields.Boolean(load_default=False, metadata=_WITHDRAWS)
    format = fields.String(
        load_default=None,
        validate=validate.OneOf(ENDINGS),
        metadata={"description": "What its file is, where the address does not end in it."},
    )
    currency = fields.String(load_default=None, validate=validate.Regexp(r"^[A-Za-z]{3}$"))
    encoding = fields.String(load_default=None, validate=validate.Length(1, 64))
    map_from = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={"description": "The name of a map of columns that is kept."},
    )


class FeedChangeIn(Schema):
    """What is to be another than it was of a feed."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    address = fields.String(validate=validate.Length(1, 2_000))
    every = fields.String(validate=validate.Length(max=20), metadata=_EVERY)
    name = fields.String(validate=validate.Length(1, 200))
    withdraw_missing = fields.Boolean(metadata=_WITHDRAWS)
    format = fields.String(validate=validate.OneOf(ENDINGS))
    currency = fields.String(validate=validate.Regexp(r"^([A-Za-z]{3})?$"), metadata=_NONE)
    encoding = fields.String(validate=validate.Length(max=64), metadata=_NONE)
    map_from = fields.String(validate=validate.Length(max=64), metadata=_NONE)


class FeedOut(Schema):
    """A feed, and how it stands."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    address = fields.String(
        required=True, metadata={"description": "Without what is behind a ?, which may be a key."}
    )
    every = fields.String(required=True, metadata=_EVERY)
    withdraw_missing = fields.Boolean(required=True, metadata=_WITHDRAWS)
    currency = fields.String(
        required=True, allow_none=True, metadata={"description": "Of prices that say none."}
    )
    encoding = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a table; else as it says."}
    )
    map = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Our columns by those of its file, where some are taken so."},
    )
    next_at = fields.String(required=True)
    read_at = fields.String(required=True, allow_none=True)
    products = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "In its file when it was last read."},
    )
    missing = fields.Integer(
        required=True,
        metadata={"description": "Products that came by it and are not in its file any more."},
    )
    kept = fields.Integer(
        required=True, metadata={"description": "Likewise, and somebody said that they stay."}
    )
    job = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Its last reading."}
    )
    state = fields.String(
        required=True, allow_none=True, metadata={"description": "Of that reading."}
    )
    message = fields.String(
        required=True, allow_none=True, metadata={"description": "What came of it."}
    )
    withdrawal = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The last job that withdraws what is missing."},
    )
    fault = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it cannot be read at all."}
    )


class FeedsOut(Schema):
    """All feeds, by name."""

    feeds = fields.List(fields.Nested(FeedOut), required=True)


class FeedReadIn(Schema):
    """How a feed is to be read."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    anyway = fields.Boolean(
        load_default=False,
        metadata={"description": "Even if its file names none, or few, of its last products."},
    )


class MissingQuery(Schema):
    """Which of the products that are missing are asked for."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=24, validate=validate.Range(1, 200))


class MissingProductOut(Schema):
    """A product that is missing from a feed."""

    sku = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    stock = fields.Integer(required=True)
    photo_url = fields.String(required=True, allow_none=True)


class FeedMissingOut(Schema):
    """Some of the products that are missing from a feed."""

    products = fields.List(fields.Nested(MissingProductOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    digest = fields.String(
        required=True, metadata={"description": "Of which products all of them are."}
    )


class WithdrawIn(Schema):
    """What is confirmed to be withdrawn."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    count = fields.Integer(required=True, validate=validate.Range(1), metadata=_COUNT)
    digest = fields.String(load_default=None, validate=validate.Length(max=64), metadata=_DIGEST)


class FeedKeepIn(Schema):
    """What is to stay: some, or all of so many."""

    class Meta:
        """Nothing else is taken."""

        unknown = RAISE

    skus = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=list,
        validate=validate.Length(max=_MOST_SKUS),
    )
    count = fields.Integer(load_default=None, validate=validate.Range(1), metadata=_COUNT)
    digest = fields.String(load_default=None, validate=validate.Length(max=64), metadata=_DIGEST)


class FeedKeptOut(Schema):
    """How many products that meant."""

    products = fields.Integer(required=True)
