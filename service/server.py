"""The production server: gunicorn, one process with several threads unless told otherwise."""

import gc
import os
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from service.settings import Settings
from service.wiring import Services, build_services

_MEMORY = Path("/dev/shm")  # a file system in memory, on Linux


class Server(BaseApplication):
    """Serves Lookalike; each worker process builds its own parts after the fork.

    Nothing native is made before the fork: FAISS and other thread pools hang in a child that
    was forked after their first use.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what the settings say."""
        for name, value in gunicorn_options(self._settings).items():
            if name in self.cfg.settings:  # gunicorn before 25 has no control socket to switch off
                self.cfg.set(name, value)

    def load(self) -> Any:  # a Flask is one of the many things that gunicorn's types allow
        """Build the application in the worker, with the model and the index in memory."""
        from service.app import create_app

        services = build_services(self._settings)
        services.warm_up()
        app = create_app(services)
        # What is there now stays for good; the collector need not look through it at every turn.
        gc.collect()
        gc.freeze()
        return app


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """Give the options of gunicorn that differ from its defaults."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "worker_class": "gthread",
        "workers": settings.workers,
        "threads": settings.threads,
        "preload_app": False,
        "keepalive": 15,  # a shop's pages ask for their pictures over the same connection
        "timeout": 60,
        "graceful_timeout": 10,
        # A sign of life is written with every request; it has no business on a disk.
        "worker_tmp_dir": str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None,
        "control_socket_disable": True,
        "loglevel": settings.log_level.lower(),
        # No access log: a line a search would keep what the privacy promise says is not kept.
        "accesslog": None,
        "worker_exit": _save_snapshot,
    }


def _save_snapshot(_server: object, worker: Any) -> None:
    # A worker that never got as far as its application has nothing to save.
    services: Services | None = getattr(worker.wsgi, "extensions", {}).get("lookalike")
    if services is not None:
        services.index.save_snapshot()
