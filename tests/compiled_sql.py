"""Statements of SQL that are compiled once for all catalogues of a process.

Each catalogue has an engine of its own, and each engine compiles every statement anew: a fifth of
the time of thousands of tests, each of which makes a catalogue.
"""

from collections.abc import Hashable

from sqlalchemy import Compiled, Connection, Engine, event

_Key = tuple[Hashable, ...]  # the dialect, the statement, and what else it is compiled for


class SharedStatements(dict[_Key, Compiled]):
    """Compiled statements, whichever engine's dialect asks: all of them are SQLite's."""

    def get(self, key: _Key, default: Compiled | None = None) -> Compiled | None:  # type: ignore[override]
        """Return a statement that was compiled before."""
        return super().get(key[1:], default)

    def __setitem__(self, key: _Key, compiled: Compiled) -> None:
        """Keep a statement."""
        super().__setitem__(key[1:], compiled)


_SHARED = SharedStatements()


@event.listens_for(Engine, "engine_connect")
def _share(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execution_options(compiled_cache=_SHARED)
