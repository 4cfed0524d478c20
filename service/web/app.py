"""The Flask application: takes the services, gives pages and the JSON API."""

import hashlib
from pathlib import Path

from flask import Flask

from service.access.parts import Access, build_access
from service.settings.environment import Settings
from service.template_files import template_folder
from service.web.api import document, facets, machine, writes
from service.web.api import duplicates as api_duplicates
from service.web.api import feed_missing as api_feed_missing
from service.web.api import feeds as api_feeds
from service.web.api import jobs as api_jobs
from service.web.api import products as api_products
from service.web.api import review as api_review
from service.web.api import search as api_search
from service.web.guard.guarding import guard
from service.web.monitoring.drift import WatchedDrift
from service.web.monitoring.logs import name_requests
from service.web.monitoring.metrics import Metrics
from service.web.pages import browse, jinja_filters, photos, products, robots, samples, search
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
from service.web.staff import (
    audit,
    categories,
    changes,
    duplicates,
    entry,
    feed_missing,
    feeds,
    importing,
    job_words,
    jobs,
    keys,
    overview,
    places,
    review,
    stock,
    stock_bulk,
    stock_files,
    stock_product,
    tagged,
    tagging,
    users,
)
from service.wiring import Services, build_services

_HERE = Path(__file__).parent
_A_YEAR = 365 * 24 * 3600  # an asset's address holds its digest, so it never goes stale

_COMPILED = CompiledTemplates()


class LookalikeApp(Flask):
    """A Flask application whose uploads stay in memory, and whose pages show what is no letter."""

    request_class = InMemoryRequest
    response_class = LegibleResponse
    url_rule_class = LateRule


def create_app(parts: Services | Settings, access: Access | None = None) -> Flask:
    """Build the application; nothing heavy is loaded before the first request needs it.

    `access` keeps accounts and keys, in place of the usual one.
    """
    services = build_services(parts) if isinstance(parts, Settings) else parts
    settings = services.settings
    app = LookalikeApp(
        "service",
        static_folder=str(_HERE / "static"),
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
    web = WebParts(
        searches=RememberedSearches(settings.home, settings.remember_minutes),
        metrics=Metrics(),
        drift=WatchedDrift(services.index.drift),
    )
    attach(app, services, web)
    web.metrics.watch(app)
    name_requests(app, write_access=settings.access_log == "on")
    add_headers(app)
    answer_errors(app)
    read_addresses(app)
    app.teardown_request(let_go)
    for topic in (
        search,
        browse,
        products,
        photos,
        samples,
        api_search,
        api_products,
        writes,
        api_review,
        api_duplicates,
        api_jobs,
        api_feeds,
        api_feed_missing,
        facets,
        machine,
        document,
        robots,
        entry,
        overview,
        stock,
        stock_product,
        stock_bulk,
        stock_files,
        categories,
        changes,
        review,
        importing,
        duplicates,
        tagging,
        tagged,
        jobs,
        feeds,
        feed_missing,
        users,
        keys,
        audit,
    ):
        app.register_blueprint(topic.bp)
    jinja_filters.register(app, _assets_digest())
    places.register(app)
    job_words.register(app)
    guard(app, access or build_access(settings, services.database))
    answered = within_deadline(behind_proxy(app.wsgi_app, settings), settings.deadline_s)
    setattr(app, "wsgi_app", answered)  # noqa: B010 -- mypy minds a method
    return app


def _assets_digest() -> str:
    """Return what tells these assets from those of another version."""
    digest = hashlib.sha256()
    for path in sorted((_HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
