"""Connects to a catalogue's file, also where nothing may be written beside it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from catalog import checksums
from catalog.dialect.driver import address_of, set_up

_CONNECTIONS = 16  # kept open; as many again when all are busy


def is_frozen(path: Path) -> bool:
    """Return whether a catalogue lies in a folder that this process may not write to."""
    return path.exists() and not os.access(path.parent, os.W_OK)


def connect(path: Path, busy_ms: int, begin: Callable[[Any], None]) -> Engine:
    """Make an engine for a catalogue's file; `begin` begins each of its transactions."""
    frozen = is_frozen(path)
    engine = create_engine(
        address_of(path, frozen=frozen),
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_use_lifo=True,  # the one used last still has its pages at hand
    )

    def meet(driver: Any, _entry: ConnectionPoolEntry) -> None:
        set_up(driver, busy_ms, frozen=frozen)
        checksums.teach(driver)

    event.listen(engine, "connect", meet)
    event.listen(engine, "begin", begin)
    return engine
