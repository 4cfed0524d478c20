"""Remembers a search for a while, so that a shopper can page on without sending the photo again.

What is kept is what the model read, never the photo. It lies in a small file of its own, so that
several server processes share it; the file may be deleted at any time.
"""

import hashlib
import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np

from embeddings.types import Reading, Vectors
from service.errors import ExpiredSearch

FILE_NAME = "searches.sqlite3"
TOKEN_BYTES = 24  # 192 bits: nobody guesses one
MOST_REMEMBERED = 20_000  # rows; the oldest go first, so the file stays under about 20 MB

# A lost file costs a shopper one more upload, so nothing waits for the disk.
_SETUP = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS search (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    expires REAL NOT NULL,
    logits BLOB NOT NULL,
    probabilities BLOB NOT NULL,
    embedding BLOB NOT NULL,
    colours BLOB
);
CREATE INDEX IF NOT EXISTS search_expires ON search (expires);
"""


class RememberedSearches:
    """Readings of shoppers' photos under unguessable, expiring tokens.

    Only a token's SHA-256 is kept: who reads the file cannot open anybody's search.
    """

    def __init__(
        self,
        folder: Path,
        minutes: float,
        *,
        most: int = MOST_REMEMBERED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = folder / FILE_NAME
        self._seconds = minutes * 60
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def remember(self, reading: Reading, fingerprint: str) -> str:
        """Keep what a model read in a photo and give the token that recalls it."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        row = (
            _key(token),
            fingerprint,
            now + self._seconds,
            _to_bytes(reading.logits),
            _to_bytes(reading.probabilities),
            _to_bytes(reading.embedding),
            None if reading.colours is None else _to_bytes(reading.colours),
        )
        with self._lock, self._open() as connection:
            added = connection.execute(
                "INSERT INTO search (key, fingerprint, expires, logits, probabilities, embedding,"
                " colours) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            connection.execute(
                "DELETE FROM search WHERE expires <= ? OR number <= ?",
                (now, (added.lastrowid or 0) - self._most),
            )
        return token

    def recall(self, token: str) -> tuple[Reading, str]:
        """Give back what was remembered under a token, and the model that read it.

        Raises:
            ExpiredSearch: the token is unknown or too old.
        """
        with self._lock, self._open() as connection:
            row = connection.execute(
                "SELECT fingerprint, logits, probabilities, embedding, colours FROM search"
                " WHERE key = ? AND expires > ?",
                (_key(token), self._clock()),
            ).fetchone()
        if row is None:
            minutes = round(self._seconds / 60)
            raise ExpiredSearch(f"a search is kept for {minutes} minutes; please search again")
        fingerprint, *vectors, colours = row
        told = None if colours is None else _from_bytes(colours)
        logits, probabilities, embedding = map(_from_bytes, vectors)
        return Reading(logits, probabilities, embedding, told), str(fingerprint)

    def _open(self) -> sqlite3.Connection:
        # At first use, not in __init__: a connection must not cross a fork.
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
            connection.executescript(_SETUP)
            _add_colours(connection)
            weakref.finalize(self, connection.close)
            self._connection = connection
        return self._connection


def _add_colours(connection: sqlite3.Connection) -> None:
    """Give a file of an earlier release its column, while that release may still be using it."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # another process may be at it, too
        columns = {row[1] for row in connection.execute("PRAGMA table_info(search)")}
        if "colours" not in columns:
            connection.execute("ALTER TABLE search ADD COLUMN colours BLOB")


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _to_bytes(values: Vectors) -> bytes:
    return values.astype("<f4").tobytes()


def _from_bytes(stored: bytes) -> Vectors:
    return np.frombuffer(stored, dtype="<f4").astype(np.float32)
