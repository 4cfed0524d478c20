"""Whose accounts and keys a restored shop has: a restore opens no way in that was closed."""

from pathlib import Path

from sqlalchemy.exc import DatabaseError

from catalog.access import accounts, keys
from catalog.access.tables import EVERY, WAYS_IN
from catalog.dialect.copies import carry_rows, delete_rows
from catalog.errors import WrongSchema
from service.database.sessions import Database


def settle_who_may(copy: Path, live: Database) -> bool:
    """Give a backup's copy the accounts, keys and log of the present shop, where it has any.

    Where it has none, those of the backup stay, without sessions and one-time links. Says whether
    the present shop's were taken.
    """
    if _has_any(live):
        carry_rows(live.path, copy, EVERY)
        return True
    delete_rows(copy, WAYS_IN)
    return False


def _has_any(live: Database) -> bool:
    if not live.path.exists():
        return False
    try:
        with live.reading() as session:  # brought up to date, where it is of an older version
            return bool(accounts.every(session) or keys.every(session))
    except (WrongSchema, DatabaseError):
        return False  # it cannot be read, and is what is to be replaced
