"""The rows that a job refused, as a CSV: of a bad file of a supplier that may be all of them."""

from itertools import chain

from flask import Response

from service.jobs.refused import kept_csv, passing_csv, refused_csv
from service.web.requests.current import services
from service.web.requests.sent_files import attached, passing

_IN_MEMORY = 1024 * 1024  # characters
_CSV = "text/csv; charset=utf-8"


def refused_rows(number: int) -> Response:
    """Give the refused rows of a job to be saved; many of them by way of a file on the disk.

    Raises:
        UnknownJob: there is none of this number.
        NoSpace: there are many, and the disk does not take the file.
    """
    pieces = refused_csv(number, services=services())
    first: list[str] = []
    gathered = 0
    for piece in pieces:
        first.append(piece)
        gathered += len(piece)
        if gathered > _IN_MEMORY:
            whole = chain(first, pieces)
            if path := kept_csv(number, whole, services=services()):
                return attached(path)
            return passing(passing_csv(whole, services=services()), f"refused-{number}.csv", _CSV)
    response = Response("".join(first), content_type=_CSV)
    response.headers.set("Content-Disposition", "attachment", filename=f"refused-{number}.csv")
    return response
