"""Lets several server processes count together: a scrape reaches only one of them.

Each process writes what it counts to files of a folder, and whoever is scraped adds them up; see
https://prometheus.github.io/client_python/multiprocess/. What a worker that is gone has counted
stays counted.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


@contextmanager
def counted_together(workers: int) -> Iterator[None]:
    """Let the workers started meanwhile count together; what they counted is gone afterwards.

    A folder that is set already is left to whoever has set it.
    """
    if workers == 1 or VARIABLE in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="lookalike-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]
