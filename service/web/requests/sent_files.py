"""Files of ours on their way out, read by the server where it can: they may be large."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from flask import Response, request, send_file

from service.server.front.wsgi import FILE_HEADER, TAKES_FILES

_PIECE = 2**16


def attached(path: Path) -> Response:
    """Give a file to be saved under its name."""
    if not (request.environ.get(TAKES_FILES) and str(path).isprintable()):
        return send_file(path.absolute(), as_attachment=True, download_name=path.name)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(b"", content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=path.name)
    response.content_length = path.stat().st_size
    response.headers[FILE_HEADER] = str(path.absolute())
    return response


def passing(file: IO[Any], name: str, kind: str) -> Response:
    """Give a file that nobody else sees, to be saved under a name; it is closed afterwards."""
    file.seek(0)
    response = Response(_pieces(file), content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.call_on_close(file.close)
    return response


def _pieces(file: IO[Any]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
