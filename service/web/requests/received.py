"""Files that go to the disk as they come: the route that takes them finds them here.

Under the server the body is on the disk before the route is asked; without it, as in a test, the
route takes it in itself.
"""

from typing import TYPE_CHECKING, cast

from flask import Request, request
from werkzeug.datastructures import MultiDict

from service.access.actor import Actor
from service.server.front.receiving import ASKER, ASKS_FIRST, LENGTH, RECEIVER
from service.web.requests.current import services

if TYPE_CHECKING:  # who sends no file does without these and all that they stand on
    from service.uploads.kept import Uploads
    from service.uploads.receiving import Receiving

_STEP = 1024 * 1024


def is_asked_first() -> bool:
    """Return whether this is the question of the server whether the body may come."""
    return ASKS_FIRST in request.environ


def begin_receiving(by: Actor) -> None:
    """Leave what takes in the body of this request, and who sends it.

    Raises: see `check_places` and `Receiving`.
    """
    from service.uploads.places import check_places
    from service.uploads.receiving import Receiving
    from service.writing.idempotency import HEADER

    if HEADER not in request.headers:  # what comes again is to be told of the job that it was
        with services().database.reading() as session:
            check_places(session, by)
    length = request.environ.get(LENGTH)
    request.environ[ASKER] = (by.kind, by.id)
    request.environ[RECEIVER] = Receiving(uploads(), request.content_type, length)


def let_go(_error: BaseException | None = None) -> None:
    """Remove what a request brought and nobody kept; to be called at its end."""
    if RECEIVER in request.environ and not is_asked_first():
        request.environ[RECEIVER].close()


def uploads() -> "Uploads":
    """Return the files that were sent to this shop."""
    from service.uploads.kept import Uploads

    settings = services().settings
    return Uploads(settings.home, settings.max_import_bytes)


class Received:
    """What came with a request: the fields of its form, and its file on the disk."""

    def __init__(self, receiving: "Receiving") -> None:
        self.receiving = receiving
        self.fields: MultiDict[str, str] = MultiDict(receiving.fields)


def received(of: Request) -> Received:
    """Return what a request brought. Raises: see `Receiving`."""
    known = of.environ.get(RECEIVER)
    if known is None:
        from service.uploads.receiving import Receiving

        of.max_content_length = None  # its bounds are those of `Receiving`
        known = Receiving(uploads(), of.content_type, of.content_length)
        of.environ[RECEIVER] = known
        while piece := of.stream.read(_STEP):
            known.take(piece)
        known.finish()
    return Received(cast("Receiving", known))
