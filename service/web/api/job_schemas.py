"""What the API takes of background work, and what it says of it."""

from marshmallow import RAISE, Schema, fields, validate

from catalog.jobs import JobState, Wish
from service.importing.picture_rows import SkuFrom
from service.tagging.sent_pictures import FORMATS

_STATES = [each.value for each in JobState]
MOST_JOBS = 200


def _file() -> fields.Field[object]:
    described = "One file, or the files of a folder. At most LOOKALIKE_MAX_IMPORT_MB megabytes."
    return fields.Raw(metadata={"type": "string", "format": "binary", "description": described})


class ImportAsked(Schema):
    """How a file is to be brought in, beside the file itself."""

    class Meta:
        """What is unknown is a mistake of whoever wrote it."""

        unknown = RAISE

    dry_run = fields.Boolean(
        load_default=False, metadata={"description": "Check everything, write nothing."}
    )
    map = fields.List(
        fields.String(validate=validate.Length(max=1_100)),
        load_default=list,
        metadata={"description": "`Their column=ours`, or nothing behind the sign; repeatable."},
    )
    map_from = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={"description": "The name of a map that is kept."},
    )
    category = fields.List(
        fields.String(validate=validate.Length(max=200)),
        load_default=list,
        metadata={
            "description": "`Word=Category`: what a word for categories means from now on; "
            "repeatable."
        },
    )
    currency = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^[A-Za-z]{3}$"),
        metadata={"description": "Of prices that do not say theirs."},
    )
    encoding = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={"description": "Of a table that is not UTF-8, such as cp1252."},
    )
    sku_from = fields.String(
        load_default=None,
        validate=validate.OneOf([each.value for each in SkuFrom]),
        metadata={"description": "Without a table: what names a product."},
    )
    category_from_folder = fields.Boolean(
        load_default=False,
        metadata={"description": "Without a table: folders are a person's word for categories."},
    )
    as_person = fields.Boolean(
        load_default=False,
        metadata={"description": "Categories take the place of what a person said before."},
    )
    fetch_hosts = fields.List(
        fields.String(validate=validate.Length(1, 260)),
        load_default=list,
        metadata={
            "description": "Hosts from which this file's pictures may be fetched, beside those of "
            "the shop, each by its name; repeatable. Who may say so: LOOKALIKE_FETCH_ALLOWED_BY."
        },
    )


class ImportIn(ImportAsked):
    """The form by which a file is brought in."""

    file = _file()


class TagAsked(Schema):
    """What table is wanted of pictures, beside the pictures themselves."""

    class Meta:
        """What is unknown is a mistake of whoever wrote it."""

        unknown = RAISE

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class TagIn(TagAsked):
    """The form by which pictures are tagged."""

    file = _file()


class JobsQuery(Schema):
    """Which jobs are listed."""

    class Meta:
        """What is unknown is a mistake of whoever wrote it."""

        unknown = RAISE

    state = fields.List(
        fields.String(validate=validate.OneOf(_STATES)),
        load_default=list,
        metadata={"description": "Only jobs in this state; repeatable."},
    )
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**62),
        metadata={"description": "Only jobs older than the one of this number."},
    )
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, MOST_JOBS))


class JobOut(Schema):
    """A job: what is to be done, or was, and how far it is."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "What it is of."})
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    wish = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([each.value for each in Wish]),
        metadata={"description": "What was asked of it, and it heeds at its next step."},
    )
    by = fields.String(required=True, metadata={"description": "Who asked for it."})
    done = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    rate = fields.Float(
        required=True, allow_none=True, metadata={"description": "Of `done`, a second."}
    )
    seconds_left = fields.Integer(required=True, allow_none=True)
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "What came of it so far."},
    )
    errors = fields.Integer(
        required=True, metadata={"description": "Lines that could not be dealt with."}
    )
    message = fields.String(required=True)
    has_result = fields.Boolean(
        required=True, metadata={"description": "Whether there is a file to fetch."}
    )
    created_at = fields.String(required=True)
    started_at = fields.String(required=True, allow_none=True)
    ended_at = fields.String(required=True, allow_none=True)


class JobsOut(Schema):
    """A page of jobs, the newest first."""

    jobs = fields.List(fields.Nested(JobOut), required=True)
    older = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "`before` of the next page; null on the last one."},
    )
