"""Makes the tables of a new catalogue at once, as all migrations one after another leave them.

The migrations are for the catalogues that there are; a new one need not live through them. What
they come to is written down in `migrations/schema.sql` by `make schema`.
"""

from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, text

from catalog.dialect.tables import definitions, rows_as_statements, run
from catalog.models import CHECKSUM

SCHEMA = Path(__file__).parent / "migrations/schema.sql"
_END = ";\n\n"  # of a statement; none has an empty line within
_IDENTITY = "identity"  # the table of what tells each catalogue from every other
_HEAD = "-- A new catalogue: what all migrations come to. Written by make schema.\n\n"


def make(connection: Connection) -> None:
    """Make all tables in an empty file, within the connection's transaction."""
    run(connection, filter(str.strip, SCHEMA.read_text(encoding="utf-8").split(_END)))
    add = text(f"INSERT INTO {_IDENTITY} (uuid) VALUES (:uuid)")
    connection.execute(add, {"uuid": str(uuid4())})


def described(connection: Connection) -> str:
    """Write a catalogue as the statements that make one like it, with another identity."""
    statements = [*definitions(connection)]
    statements += rows_as_statements(connection, but={_IDENTITY}, without={CHECKSUM})
    return _HEAD + "".join(f"{each}{_END}" for each in statements)
