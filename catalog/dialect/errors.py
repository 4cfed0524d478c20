"""What the driver raises, by names that say what it means; light enough for every command."""

import sqlite3

DriverError = sqlite3.Error  # anything
UnusableDatabase = sqlite3.DatabaseError  # and all below: it is none, or damaged beyond use
RefusedOperation = sqlite3.OperationalError  # a full disk, rights, another's lock: it is as it was


class DamagedCopy(Exception):
    """A copy of a database is not whole."""
