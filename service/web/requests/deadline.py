"""The deadline of a request, as those see it who write for it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from service.database.haste import in_haste
from service.server.front.wsgi import UNTIL

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def within_deadline(app: Application, deadline_s: float) -> Application:
    """Let an application begin to write before a request's deadline, or not at all."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        until = environ.get(UNTIL, time.monotonic() + deadline_s)
        with in_haste(until):
            return app(environ, start)

    return answer
