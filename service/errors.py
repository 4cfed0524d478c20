"""Every error that this package raises on purpose; `service/problems.py` knows their statuses.

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
├── UnknownPair       no pair of products has that number
├── UnknownChange     no change of the staff has that number, or it was forgotten
├── BadFeed           what is said of a feed breaks a rule, or its file is not to be had
│   └── UnknownFeed   there is no feed of that name or number
├── UnknownJob        there is no job of this number, or it has no such file
├── WrongJobState     what is asked of a job does not go with where it stands
├── StillBeingDone    a job is at what is to be undone
├── CatalogueBusy     others went on writing for longer than is waited for
├── BadUpload         a form with files cannot be read, or names none
├── UnknownUpload     a file that was sent is not here any more
├── NoSpace           the disk has no room for what is sent
├── BadBackup         a backup is torn, foreign or of a newer version, or cannot be made
└── BadOutput         a file cannot be written there, or not in the format of its ending
"""

import math
from collections.abc import Mapping, Sequence

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


class UnknownPair(ServiceError):
    """No pair of products that may be one has that number."""


class UnknownChange(ServiceError):
    """No change of the staff has that number, or it was forgotten."""


class BadFeed(ServiceError):
    """What is said of a feed breaks a rule, or its file cannot be had or taken for whole."""


class UnknownFeed(BadFeed):
    """There is no feed of that name or number."""


class UnknownJob(ServiceError):
    """There is no job of this number, or it has no such file."""


class WrongJobState(ServiceError):
    """What is asked of a job does not go with where it stands."""


class StillBeingDone(ServiceError):
    """A job is at what is to be undone or forgotten: it is to end first."""

    def __init__(self, change: int, job: int, called: str) -> None:
        super().__init__(
            f"the change {change} is still being done, by the job {job} ({called}): "
            "end that job, or wait until it is over"
        )
        self.job = job


class CatalogueBusy(ServiceError):
    """Others went on writing to the catalogue for longer than is waited for."""


class BadUpload(ServiceError):
    """A form with files cannot be read, or names no file."""


class UnknownUpload(ServiceError):
    """A file that was sent is not here any more: it was dealt with, or nobody asked for a day."""


class NoSpace(ServiceError):
    """The disk has no room for what is sent."""


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
