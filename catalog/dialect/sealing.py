"""Checksums that the database itself keeps, whoever writes a row."""

from collections.abc import Callable, Sequence

from catalog.dialect.driver import Driver
from catalog.dialect.lists import in_list
from catalog.dialect.tables import ROW

_FUNCTION = "row_checksum"
Checksum = Callable[..., int]  # of the values of a row


def teach(driver: Driver, checksum: Checksum) -> None:
    """Let a connection work out checksums."""
    driver.create_function(_FUNCTION, -1, checksum, deterministic=True)


def worked_out(columns: Sequence[str], as_bytes: frozenset[str], prefix: str = "") -> str:
    """Write the checksum of a row's columns; those of `as_bytes` go in as the bytes they are.

    Text is taken so: once damaged it may be no text any more.
    """
    values = (
        f"CAST({prefix}{name} AS BLOB)" if name in as_bytes else f"{prefix}{name}"
        for name in columns
    )
    return f"{_FUNCTION}({', '.join(values)})"


def watch(driver: Driver, table: str, columns: Sequence[str], assignment: str) -> None:
    """Let a connection do an assignment to each row of a table that it inserts or changes.

    In `assignment` the row is `NEW`. Other connections do not know of it.
    """
    for event, name in (("INSERT", "insert"), (f"UPDATE OF {', '.join(columns)}", "update")):
        driver.execute(
            f"CREATE TEMP TRIGGER IF NOT EXISTS sealed_{table}_{name} AFTER {event}"
            f" ON main.{table} BEGIN UPDATE {table} SET {assignment}"
            f" WHERE {ROW} = NEW.{ROW}; END"
        )


def among_rows(parameter: str) -> str:
    """Write the condition that a row's own number is in the list in a parameter."""
    return f"{ROW} {in_list(parameter)}"


def differs(column: str, from_what: str) -> str:
    """Write the condition that a cell is another than a value, or empty where that is not."""
    return f"{column} IS NOT {from_what}"


def only_add(driver: Driver, table: str, columns: Sequence[str]) -> None:
    """Let a connection add rows to a table, and neither delete one nor change these columns."""
    for event, name in ((f"UPDATE OF {', '.join(columns)}", "update"), ("DELETE", "delete")):
        driver.execute(
            f"CREATE TEMP TRIGGER IF NOT EXISTS kept_{table}_{name} BEFORE {event}"
            f" ON main.{table} BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept'); END"
        )
