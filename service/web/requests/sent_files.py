"""Files of ours on their way out, read by the server where it can: they may be large."""

import mimetypes
from pathlib import Path

from flask import Response, request, send_file

from service.server.front.wsgi import FILE_HEADER, TAKES_FILES


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
