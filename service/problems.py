"""How errors look from outside: the one place that knows HTTP statuses."""

from dataclasses import dataclass
from http import HTTPStatus

from catalog.errors import (
    BadFilter,
    BadSource,
    ConditionFailed,
    Contradiction,
    UnknownProduct,
    WrongSchema,
)
from embeddings.errors import BadBundle, DecodingBusy, MissingPhoto, PhotoTooLarge, UnreadablePhoto
from service.errors import (
    BadFeed,
    BadKey,
    BadRequestValue,
    BadUpload,
    CatalogueBusy,
    DeadlinePassed,
    ExpiredLink,
    ExpiredSearch,
    ForgedForm,
    NoPhoto,
    NoSpace,
    NotAForm,
    NotAllowed,
    NotReady,
    NotSignedIn,
    ServerBusy,
    SlowUpload,
    StillBeingDone,
    TooOften,
    UnknownAccess,
    UnknownChange,
    UnknownFeed,
    UnknownJob,
    UnknownPair,
    UnknownUpload,
    UploadTooLarge,
    WrongCredentials,
    WrongJobState,
)

NO_CONTENT = HTTPStatus.NO_CONTENT.value
SEE_OTHER = HTTPStatus.SEE_OTHER.value  # after a form was sent: what came of it lies elsewhere
FOR_NOW = HTTPStatus.TEMPORARY_REDIRECT.value  # another address answers, until it is undone
MOVED = HTTPStatus.PERMANENT_REDIRECT.value  # an address of before


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
    BadUpload: Problem(422, "The files cannot be taken", "bad-upload"),
    UnknownUpload: Problem(404, "This file is not here any more", "unknown-upload"),
    NoSpace: Problem(507, "The disk is full", "no-space"),
    SlowUpload: Problem(408, "The upload came too slowly", "slow-upload"),
    ServerBusy: Problem(503, "The service is busy", "busy", 2),
    CatalogueBusy: Problem(503, "The service is busy", "busy", 30),
    DeadlinePassed: Problem(503, "The answer took too long", "too-long", 5),
    BadRequestValue: Problem(422, "A value breaks its rule", "bad-value"),
    BadSource: Problem(422, "The file cannot be imported", "bad-source"),
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
    UnknownPair: Problem(404, "There is no such pair", "unknown-pair"),
    UnknownChange: Problem(404, "There is no such change", "unknown-change"),
    UnknownJob: Problem(404, "There is no such job", "unknown-job"),
    UnknownFeed: Problem(404, "There is no such feed", "unknown-feed"),
    BadFeed: Problem(422, "The feed cannot be taken so", "bad-feed"),
    WrongJobState: Problem(409, "The job is in another state", "wrong-job-state"),
    StillBeingDone: Problem(409, "It is still being done", "still-being-done"),
    ExpiredSearch: Problem(410, "This search has expired", "expired-search"),
    DecodingBusy: Problem(503, "The service is busy", "busy", 2),
    NotReady: Problem(503, "The service is not ready", "not-ready"),
    BadBundle: Problem(503, "The service is not ready", "not-ready"),
    WrongSchema: Problem(503, "The service is not ready", "not-ready"),
}
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
