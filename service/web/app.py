"""The whole application: pages, the JSON API, and the staff's half of both."""

import hashlib

from flask import Flask

from service.access.parts import Access
from service.settings.environment import Settings
from service.web.api import document, writes
from service.web.api import duplicates as api_duplicates
from service.web.api import feed_missing as api_feed_missing
from service.web.api import feeds as api_feeds
from service.web.api import jobs as api_jobs
from service.web.api import review as api_review
from service.web.building import STATIC, Shared, build_app, from_outside, share
from service.web.first_topics import FIRST
from service.web.pages import browse, jinja_filters, photos, products, robots, samples, search
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

_TOPICS = (
    *FIRST,
    search,
    browse,
    products,
    photos,
    samples,
    writes,
    api_review,
    api_duplicates,
    api_jobs,
    api_feeds,
    api_feed_missing,
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
)


def create_app(parts: Services | Settings, access: Access | None = None) -> Flask:
    """Build the application; nothing heavy is loaded before the first request needs it.

    `access` keeps accounts and keys, in place of the usual one.
    """
    services = build_services(parts) if isinstance(parts, Settings) else parts
    shared = share(services, access)
    app = create_inner_app(shared)
    setattr(app, "wsgi_app", from_outside(app.wsgi_app, shared))  # noqa: B010 -- mypy minds a method
    return app


def create_inner_app(shared: Shared) -> Flask:
    """Build the application as it stands behind whatever makes requests as their senders see."""
    app = build_app(shared, _TOPICS)
    jinja_filters.register(app, _assets_digest())
    places.register(app)
    job_words.register(app)
    return app


def _assets_digest() -> str:
    """Return what tells these assets from those of another version."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
