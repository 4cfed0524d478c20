"""The application of a server that starts: its first routes answer while the others are loaded.

Loading the staff's half takes as long as everything that a search needs. So an application of the
first routes answers from the moment that the model and the index are there, and the whole one,
which a thread builds meanwhile, everything as soon as it is. Who asks for another route before
that waits for it. Both share accounts, limits, sessions and counts.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from service.web.building import Shared, build_app, from_outside
from service.web.first_topics import FIRST
from service.web.requests.problems import is_for_machines

_FIRST_METHODS = frozenset({"GET", "HEAD", "POST"})  # OPTIONS tells of all methods of a path
_log = logging.getLogger(__name__)


class Opening:
    """A WSGI application that is whole a little after it answers; threads share it."""

    def __init__(self, shared: Shared, loaded: Callable[[], None] = lambda: None) -> None:
        """Build the first routes; `loaded` is called when the whole application is there."""
        self.shared = shared
        self._loaded = loaded
        self._first = build_app(shared, FIRST)
        self._routes = routes_of(self._first)
        self._whole: Flask | None = None
        self._is_whole = threading.Event()
        self._answer = from_outside(self._inner, shared)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        return self._answer(environ, start)

    @property
    def now(self) -> Flask:
        """The application that there is at this moment."""
        return self._whole or self._first

    @property
    def is_whole(self) -> bool:
        """Whether every route is there."""
        return self._whole is not None

    def load(self) -> None:
        """Begin to build the whole application; comes back at once."""
        threading.Thread(target=self._load, name="load-application", daemon=True).start()

    def _inner(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        app = self._whole
        if app is None:
            app = self._first if self._is_first(environ) else self.whole()
        return app.wsgi_app(environ, start)

    def _is_first(self, environ: dict[str, Any]) -> bool:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        return is_answered(self._routes, path, environ["REQUEST_METHOD"])

    def whole(self) -> Flask:
        """Return the whole application, once it is there."""
        self._is_whole.wait()
        assert self._whole is not None
        return self._whole

    def _load(self) -> None:
        try:
            from service.web.app import create_inner_app

            self._whole = create_inner_app(self.shared)
        except BaseException:
            _log.critical("the application cannot be loaded", exc_info=True)
            os._exit(1)  # half an application is none: another worker tries
        self._is_whole.set()
        self._loaded()


def routes_of(app: Flask) -> MapAdapter:
    """Return what finds the route of a path in an application."""
    return app.url_map.bind("")


def is_answered(routes: MapAdapter, path: str, method: str) -> bool:
    """Return whether a request has its route among these; what is a page's never has."""
    if method not in _FIRST_METHODS or not is_for_machines(path):
        return False
    try:
        routes.match(path, method=method)
    except HTTPException:
        return False  # there may be another one in the whole application
    return True
