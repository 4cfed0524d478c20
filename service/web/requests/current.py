"""What a request reaches: the parts of the application that answers it."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from service.web.monitoring.drift import WatchedDrift
from service.web.monitoring.metrics import Metrics
from service.web.searches.tokens import RememberedSearches
from service.wiring import Services

_KEY = "lookalike"  # where the server, too, finds the services
_PARTS_KEY = "lookalike.web"


@dataclass(frozen=True, slots=True)
class WebParts:
    """What only the pages and the API need."""

    searches: RememberedSearches
    metrics: Metrics
    drift: WatchedDrift


def attach(app: Flask, services: Services, parts: WebParts) -> None:
    """Give an application its parts."""
    app.extensions[_KEY] = services
    app.extensions[_PARTS_KEY] = parts


def services() -> Services:
    """Return the services of the application that answers this request."""
    return cast(Services, current_app.extensions[_KEY])


def web_parts() -> WebParts:
    """Return the remembered searches and the metrics of this request's application."""
    return cast(WebParts, current_app.extensions[_PARTS_KEY])
