"""What the server writes down, how, and under which request's name."""

import logging
import re
import secrets
import sys
import time
from typing import TYPE_CHECKING, Any

from service.json_text import as_bytes
from service.settings.environment import Settings

if TYPE_CHECKING:  # a process that answers no requests does without
    from flask import Flask, Response

_GIVEN_ID = re.compile(r"[A-Za-z0-9._:=/+-]{1,64}")  # nothing that could be another line
_access = logging.getLogger("lookalike.access")
_OURS = ("service", "lookalike")
HEADER = "X-Request-Id"


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write it; logging calls this."""
        entry: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request_id := _id_now()) is not None:
            entry["request_id"] = request_id
        entry |= getattr(record, "facts", {})
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return as_bytes(entry).decode()


class LineFormatter(logging.Formatter):
    """Writes a record as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write it; logging calls this."""
        said = f"[{record.levelname}] {super().format(record)}"
        request_id = _id_now()
        return said if request_id is None else f"{said} (request {request_id})"


def configure(settings: Settings) -> None:
    """Write what this process logs to standard error, from the level on that is set."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else LineFormatter())
    # Of libraries only what is amiss, unless everything is wanted.
    others = logging.DEBUG if settings.log_level == "DEBUG" else logging.WARNING
    logging.basicConfig(handlers=[handler], level=max(others, _level(settings)), force=True)
    for ours in _OURS:
        logging.getLogger(ours).setLevel(_level(settings))


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level]


def request_id(given: str | None) -> str:
    """Return a request's name: that which the web server in front gave it, or a new one."""
    if given is not None and _GIVEN_ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def name_requests(app: "Flask", write_access: bool) -> None:
    """Name each request of an application in its answer; write a line for each where wanted."""
    from flask import g, request

    @app.before_request
    def begin() -> None:
        g.request_id = request_id(request.headers.get(HEADER))
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: "Response") -> "Response":
        if (name := g.get("request_id")) is not None:
            response.headers[HEADER] = name
            if write_access:
                # The route's template, not the address: that one may hold a shopper's token.
                route = request.url_rule.rule if request.url_rule else "an unknown route"
                took_ms = (time.perf_counter() - g.begun) * 1000
                access(request.method, route, response.status_code, took_ms)
        return response


def access(method: str, route: str, status: int, took_ms: float) -> None:
    """Write the line of one request."""
    facts = {"method": method, "route": route, "status": status, "took_ms": round(took_ms, 1)}
    _access.info("%s %s %d %.1f ms", method, route, status, took_ms, extra={"facts": facts})


def _id_now() -> str | None:
    if "flask" not in sys.modules:  # so there is no request
        return None
    from flask import g, has_request_context

    return g.get("request_id") if has_request_context() else None
