"""Brings a database to the tables that this version knows."""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

import catalog.access.tables
import catalog.duplicates.tables
import catalog.earlier_words
import catalog.feed_items
import catalog.feeds
import catalog.fetched_files
import catalog.jobs
import catalog.kept_answers
import catalog.review_decisions
import catalog.review_queue
import catalog.staff_changes  # noqa: F401 -- the tables of all of these are wanted
from catalog.dialect.tables import acting, orphans
from catalog.errors import WrongSchema
from catalog.fresh import SCHEMA, make
from catalog.models import Base

MIGRATIONS = SCHEMA.parent
REVISIONS = tuple(
    sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
)  # oldest first; ours is the last


def version_of(connection: Connection) -> str | None:
    """Return the version of a database's tables; None for an empty file.

    Raises:
        WrongSchema: there are tables, but not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version is not None:
            return str(version)
    elif not tables:
        return None
    raise WrongSchema("the file holds tables of something else than a catalogue")


def check_version(connection: Connection) -> str | None:
    """Return the version of a database's tables, if it is one of ours; None for an empty file.

    Raises:
        WrongSchema: the file is newer, or foreign.
    """
    version = version_of(connection)
    if version is not None and version not in REVISIONS:
        raise WrongSchema(
            f"the database is of version '{version}', this Lookalike knows up to "
            f"'{REVISIONS[-1]}': install a newer Lookalike, or use another LOOKALIKE_HOME"
        )
    return version


def is_current(connection: Connection) -> bool:
    """Return whether nothing needs migrating. Raises: WrongSchema for a newer or foreign file."""
    return check_version(connection) == REVISIONS[-1]


def faults_of_tables(connection: Connection) -> Iterator[str]:
    """Return how an up-to-date file falls short of our tables, or acts by itself.

    Missing are tables and columns; triggers and views act, and a catalogue has neither.
    """
    for kind, name in acting(connection):
        yield f"the file holds a {kind} ({name!r:.80}), and a catalogue none"
    found = inspect(connection)
    there = set(found.get_table_names())
    for table in Base.metadata.sorted_tables:
        listed = found.get_columns(table.name) if table.name in there else []
        columns = {each["name"]: "computed" in each for each in listed}
        if lacking := sorted({column.name for column in table.columns} - columns.keys()):
            yield f"the table '{table.name}' lacks {', '.join(lacking)}"
        for column in table.columns:
            if columns.get(column.name, column.computed is not None) != (
                column.computed is not None
            ):
                yield f"'{column.name}' of the table '{table.name}' is not worked out as ours is"


def check_tables(connection: Connection) -> None:
    """Make sure that an up-to-date file holds our tables, and nothing that acts by itself.

    Raises:
        WrongSchema: it does not, or a row refers to none.
    """
    for fault in faults_of_tables(connection):
        raise WrongSchema(fault)
    for table, _, referred in orphans(connection):
        raise WrongSchema(f"a row of '{table}' refers to a missing row of '{referred}'")


def migrate(connection: Connection) -> None:
    """Bring the tables up to date within the connection's transaction; seal the rows after it.

    Raises:
        WrongSchema: the database is of a newer version, or not a catalogue.
    """
    version = check_version(connection)
    if version is None:
        make(connection)
        version = version_of(connection)
    if version != REVISIONS[-1]:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Take every migration that a database lacks, within the connection's transaction."""
    # Here and not above: Alembic takes longer to import than an up-to-date start may.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
