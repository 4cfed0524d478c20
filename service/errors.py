"""Every error that this package raises on purpose; the one place that knows HTTP statuses.

ServiceError
├── BadSetting        a LOOKALIKE_ variable is unknown or breaks its rule
├── AddressTaken      something else listens where the server should
├── OwnCatalogue      a demonstration was asked for in a shop's own catalogue
├── NotReady          the catalogue, model or index cannot answer yet
├── ExpiredSearch     the token of an earlier search is unknown or too old
├── NoPhoto           a search came without a photo
├── NotAForm          a body is in another form than its route reads
├── UploadTooLarge    an upload has more bytes than the settings allow
├── SlowUpload        an upload comes more slowly than is waited for
│   └── MadeWay       it held room for uploads for longest, and others had none
├── ServerBusy        more is asked at once than can be answered
│   └── NoRoom        more is being uploaded at once than there is room for
├── DeadlinePassed    an answer took longer than the settings allow
├── ClientGone        nobody waits for the answer any more
├── BadRequestValue   a parameter of a request breaks its rule
├── NotOffered        a colour or a weight that the model which answers does not have
├── NotSignedIn       a page or a write needs an account or a key, and neither came
├── WrongCredentials  no account has this name and this password
├── BadKey            an API key is unknown, revoked or past its end
├── NotAllowed        the account or the key may not do this
├── ForgedForm        a form came without the token that ours have
├── ExpiredLink       a one-time link is unknown, used or past its end
├── TooOften          more was asked in a time than may be
│   └── TooManyAttempts   it was tried in vain to get in too often
├── BadAccess         something said of an account or a key breaks its rule
├── UnknownAccess     no account or key is called so
├── CatalogueBusy     others went on writing for longer than is waited for
├── BadBackup         a backup is torn, foreign or of a newer version, or cannot be made
└── BadOutput         a file cannot be written there, or not in the format of its ending
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from catalog.errors import BadFilter, ConditionFailed, Contradiction, UnknownProduct, WrongSchema
from embeddings.errors import BadBundle, DecodingBusy, MissingPhoto, PhotoTooLarge, UnreadablePhoto

_A_WHILE_S = 120


class ServiceError(Exception):
    """Any error that this package raises on purpose."""


class BadSetting(ServiceError):
    """A LOOKALIKE_ variable is unknown or breaks its rule."""


class AddressTaken(ServiceError):
    """Something else listens where the server should."""


class OwnCatalogue(ServiceError):
    """A demonstration was asked for in a shop's own catalogue."""


class NotReady(ServiceError):
    """The catalogue, the model or the index cannot answer yet."""


class ExpiredSearch(ServiceError):
    """The token of an earlier search is unknown or too old."""


class NoPhoto(ServiceError):
    """A search came without a photo."""


class NotAForm(ServiceError):
    """A body is in another form than its route reads, as most do a multipart form."""


class UploadTooLarge(ServiceError):
    """An upload has more bytes than the settings allow."""


class SlowUpload(ServiceError):
    """An upload comes more slowly than is waited for."""


class MadeWay(SlowUpload):
    """An upload held much of the room for uploads for long, and others had none."""


class ServerBusy(ServiceError):
    """More is asked at once than can be answered."""


class NoRoom(ServerBusy):
    """More is being uploaded at once than there is room for."""


class DeadlinePassed(ServiceError):
    """An answer took longer than the settings allow."""


class ClientGone(ServiceError):
    """Nobody waits for the answer any more; so there is none, and no status."""


class BadRequestValue(ServiceError):
    """A parameter of a request breaks its rule; `fields` says which, where that is known."""

    def __init__(self, message: str, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class NotSignedIn(ServiceError):
    """A page or a write needs an account or a key, and neither came."""


class WrongCredentials(ServiceError):
    """No account has this name and this password."""


class BadKey(ServiceError):
    """An API key is unknown, revoked or past its end."""


class NotAllowed(ServiceError):
    """The account or the key may not do this."""


class ForgedForm(ServiceError):
    """A form came without the token that ours have."""


class ExpiredLink(ServiceError):
    """A one-time link is unknown, used or past its end."""


class TooOften(ServiceError):
    """More was asked in a time than may be; `retry_after_s` says when to come again."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = max(1, math.ceil(retry_after_s))


class TooManyAttempts(TooOften):
    """It was tried in vain to get in too often."""

    def __init__(self, retry_after_s: float) -> None:
        wait = max(1, math.ceil(retry_after_s))
        told = f"{wait} seconds" if wait < _A_WHILE_S else f"{math.ceil(wait / 60)} minutes"
        super().__init__(f"too many attempts to sign in failed; try again in {told}", wait)


class UnknownAccess(ServiceError):
    """No account or key is called so."""


class CatalogueBusy(ServiceError):
    """Others went on writing to the catalogue for longer than is waited for."""


class BadBackup(ServiceError):
    """A backup is torn, foreign or of a newer version, or cannot be made."""


class BadAccess(BadRequestValue):
    """A name, role, password, scope, origin or time of an account or a key breaks its rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule, {field: [f"{rule[0].upper()}{rule[1:]}."]})


class NotOffered(BadRequestValue):
    """Something was asked for that the model which answers does not have."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name}: {rule}", {name: [f"{rule[0].upper()}{rule[1:]}."]})


class BadOutput(ServiceError):
    """A file cannot be written there, or not in the format that its ending stands for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """How an error looks from outside: RFC 9457's status, title and the end of its type."""

    status: int
    title: str
    kind: str
    retry_after_s: int | None = None  # when to try again, where that helps

    @property
    def is_ours(self) -> bool:
        """Whether the fault is the server's, not that of who asked."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


PROBLEMS: dict[type[Exception], Problem] = {
    NoPhoto: Problem(422, "No photo was sent", "no-photo"),
    NotAForm: Problem(415, "The body is of another type", "not-a-form"),
    UnreadablePhoto: Problem(422, "The photo cannot be read", "unreadable-photo"),
    PhotoTooLarge: Problem(422, "The photo is too large", "photo-too-large"),
    UploadTooLarge: Problem(413, "The upload is too large", "upload-too-large"),
    SlowUpload: Problem(408, "The upload came too slowly", "slow-upload"),
    ServerBusy: Problem(503, "The service is busy", "busy", 2),
    CatalogueBusy: Problem(503, "The service is busy", "busy", 30),
    DeadlinePassed: Problem(503, "The answer took too long", "too-long", 5),
    BadRequestValue: Problem(422, "A value breaks its rule", "bad-value"),
    BadFilter: Problem(422, "A filter breaks its rule", "bad-filter"),
    UnknownProduct: Problem(404, "There is no such product", "unknown-product"),
    MissingPhoto: Problem(404, "There is no such photo", "unknown-photo"),
    NotSignedIn: Problem(401, "An account or a key is needed", "not-signed-in"),
    WrongCredentials: Problem(401, "The name or the password is wrong", "wrong-credentials"),
    BadKey: Problem(401, "The key does not open anything", "bad-key"),
    NotAllowed: Problem(403, "This is for others", "not-allowed"),
    ForgedForm: Problem(403, "The form is too old or not ours", "forged-form"),
    ExpiredLink: Problem(410, "This link is used up", "expired-link"),
    TooOften: Problem(429, "Too much was asked at once", "too-often"),
    ConditionFailed: Problem(412, "The product is not as it was", "condition-failed"),
    Contradiction: Problem(409, "Two things contradict each other", "contradiction"),
    UnknownAccess: Problem(404, "There is no such account or key", "unknown-access"),
    ExpiredSearch: Problem(410, "This search has expired", "expired-search"),
    DecodingBusy: Problem(503, "The service is busy", "busy", 2),
    NotReady: Problem(503, "The service is not ready", "not-ready"),
    BadBundle: Problem(503, "The service is not ready", "not-ready"),
    WrongSchema: Problem(503, "The service is not ready", "not-ready"),
}
SEE_OTHER = HTTPStatus.SEE_OTHER.value  # after a form was sent: what came of it lies elsewhere
MOVED = HTTPStatus.PERMANENT_REDIRECT.value  # an address of before
UNEXPECTED = Problem(500, "Something went wrong on our side", "unexpected")


def problem_of(error: Exception) -> Problem:
    """Return how an error looks from outside; one that nobody planned is a 500."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    return UNEXPECTED


def problem_of_status(status: int) -> Problem:
    """Return how an error of HTTP itself looks, such as 405 for a method that is not offered."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return PROBLEMS[UploadTooLarge]
    known = HTTPStatus(status)
    return Problem(status, known.phrase, known.name.lower().replace("_", "-"))
