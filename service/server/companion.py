"""The worker that a server brings along: begun when every route answers, begun again when it died.

It is a program of its own, so that a job that takes its process down takes no search with it, and
it ends with the server, however that ends.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from embeddings.lifeline import Lifeline
from service.server.respawning import Backoff
from service.settings.environment import Settings

_ASK_S = 0.5  # between two looks at whether the server answers yet
_GRACE_S = 8  # for the job at hand to come to its next step
_log = logging.getLogger(__name__)


def is_wanted(settings: Settings) -> bool:
    """Say whether a server brings a worker: not where a Redis tells others, or all is read only."""
    home = settings.home
    return settings.queue_url is None and (not home.exists() or os.access(home, os.W_OK))


@contextmanager
def working_beside(settings: Settings, has_loaded: Event) -> Iterator[None]:
    """Keep a worker at work from the moment that every route answers until the block ends."""
    companion = _Companion(settings, has_loaded)
    thread = threading.Thread(target=companion.keep, name="companion", daemon=True)
    thread.start()
    try:
        yield
    finally:
        companion.stop()
        thread.join()


class _Companion:
    """One worker after another, in a thread that does nothing but wait for them."""

    def __init__(self, settings: Settings, has_loaded: Event) -> None:
        home = str(settings.home)
        self._command = [sys.executable, "-m", "service", "--home", home, "worker", "--lifeline"]
        self._has_loaded = has_loaded
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Begin a worker, and another whenever one died, until `stop`."""
        while not self._has_loaded.wait(_ASK_S):
            if self._stopped.is_set():
                return
        backoff = Backoff()
        while not self._stopped.is_set():
            code = self._run_one()
            if self._stopped.is_set():
                return
            _log.warning("the worker ended (%s), another is begun", code)
            self._stopped.wait(backoff.next_delay())

    def stop(self) -> None:
        """End the worker, and begin no other."""
        self._stopped.set()
        with self._lock:
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()  # its job goes on where it was, when there is a worker again

    def _run_one(self) -> int | str:
        try:
            line = Lifeline()
        except OSError as error:
            return str(error)
        try:
            with self._lock:
                if self._stopped.is_set():
                    return 0
                command = [*self._command, str(line.child)]
                process = self._process = subprocess.Popen(command, pass_fds=[line.child])
            return process.wait()
        except OSError as error:  # no memory, no process: it may pass
            return str(error)
        finally:
            line.close()
