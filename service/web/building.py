"""Builds Flask applications of some topics, over parts that those of one process share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import Blueprint, Flask

from service.access.parts import Access, build_access
from service.template_files import template_folder
from service.web.guard.guarding import guard
from service.web.monitoring.drift import WatchedDrift
from service.web.monitoring.logs import name_requests
from service.web.monitoring.metrics import Metrics
from service.web.pages.compiled import CompiledTemplates
from service.web.requests.addresses import read_addresses
from service.web.requests.current import WebParts, attach
from service.web.requests.deadline import within_deadline
from service.web.requests.late_rules import LateRule
from service.web.requests.letters import LegibleResponse
from service.web.requests.problems import answer_errors
from service.web.requests.proxy import behind_proxy
from service.web.requests.received import let_go
from service.web.requests.security import add_headers
from service.web.requests.uploads import (
    MAX_FIELD_BYTES,
    MAX_PARTS,
    InMemoryRequest,
    most_body_bytes,
)
from service.web.searches.tokens import RememberedSearches
from service.wiring import Services

STATIC = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600  # an asset's address holds its digest, so it never goes stale

_COMPILED = CompiledTemplates()

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Topic(Protocol):
    """A module with routes."""

    @property
    def bp(self) -> Blueprint:
        """Its routes."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """What every application of a process has in common."""

    services: Services
    access: Access
    web: WebParts


class LookalikeApp(Flask):
    """A Flask application whose uploads stay in memory, and whose pages show what is no letter."""

    request_class = InMemoryRequest
    response_class = LegibleResponse
    url_rule_class = LateRule


def share(services: Services, access: Access | None = None) -> Shared:
    """Build the shared parts; `access` keeps accounts and keys, in place of the usual one."""
    settings = services.settings
    web = WebParts(
        searches=RememberedSearches(settings.home, settings.remember_minutes),
        metrics=Metrics(),
        drift=WatchedDrift(services.index.drift),
    )
    return Shared(services, access or build_access(settings, services.database), web)


def build_app(shared: Shared, topics: Sequence[Topic]) -> Flask:
    """Build an application of some topics; nothing heavy is loaded before it is needed."""
    settings = shared.services.settings
    app = LookalikeApp(
        "service",
        static_folder=str(STATIC),
        template_folder=str(template_folder()),
        # Flask would choose a folder of the virtual environment; every path is a setting's.
        instance_path=str(settings.home.absolute()),
    )
    app.config.update(
        MAX_CONTENT_LENGTH=most_body_bytes(settings),
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=_A_YEAR,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": _COMPILED,
    }
    attach(app, shared.services, shared.web)
    shared.web.metrics.watch(app)
    name_requests(app, write_access=settings.access_log == "on")
    add_headers(app)
    answer_errors(app)
    read_addresses(app)
    app.teardown_request(let_go)
    for topic in topics:
        app.register_blueprint(topic.bp)
    guard(app, shared.access)
    return app


def from_outside(app: Application, shared: Shared) -> Application:
    """Let an application see requests as their senders do, and begin nothing past a deadline."""
    settings = shared.services.settings
    return within_deadline(behind_proxy(app, settings), settings.deadline_s)
