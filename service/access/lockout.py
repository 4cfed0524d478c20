"""Waits that grow with each failure to get in, by account and by address.

A failure is written down before a password is looked at, in the transaction that looked whether it
may be: however many try at once, no more are looked at than the waits allow. A name that nobody has
is treated as one that somebody has.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog.access import attempts
from catalog.access.tables import Attempt
from service.errors import TooManyAttempts

_FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Waits:
    """How often it may fail in peace, and how long it is closed after that."""

    free: int
    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta | None:
        """Give the wait after so many failures; it doubles each time."""
        if failures < self.free:
            return None
        doubled = min(failures - self.free, 16)
        return min(self.longest, self.first * (1 << doubled))


WAITS = {
    "account": Waits(5, timedelta(seconds=30), timedelta(minutes=15)),
    "address": Waits(20, timedelta(seconds=60), timedelta(minutes=60)),
}


def subjects(name: str, address: str, secret: bytes) -> list[str]:
    """Name an account and an address so that a row tells neither: a name may be a typing slip."""
    tried = {"account": name, "address": address}
    return [f"{kind}:{_keyed(kind + text, secret)}" for kind, text in tried.items()]


def count_attempt(session: Session, tried: Sequence[str], now: datetime) -> None:
    """Count an attempt as failed beforehand. Raises: TooManyAttempts."""
    attempts.sweep(session, now - _FORGOTTEN_AFTER)
    known = {subject: attempts.of(session, subject) for subject in tried}
    waits = [_left(row, _waits_of(subject), now) for subject, row in known.items() if row]
    if (left := max(waits, default=timedelta(0))) > timedelta(0):
        raise TooManyAttempts(left.total_seconds())
    for subject, row in known.items():
        failures = 1 + (row.failures if row else 0)
        wait = _waits_of(subject).after(failures)
        attempts.put(session, subject, failures, now, None if wait is None else now + wait)


def count_success(session: Session, tried: Sequence[str], now: datetime) -> None:
    """Take back what was counted: an account begins anew, an address has its others still."""
    for subject in tried:
        row = attempts.of(session, subject)
        if row is None:
            continue
        if subject.startswith("account:") or row.failures <= 1:
            attempts.forget(session, subject)
        else:
            attempts.put(session, subject, row.failures - 1, now, None)


def _waits_of(subject: str) -> Waits:
    return WAITS[subject.partition(":")[0]]


def _left(row: Attempt, waits: Waits, now: datetime) -> timedelta:
    """Return how long it is closed; what a clock that was ahead has closed for longer is open."""
    if row.closed_until is None:
        return timedelta(0)
    left = row.closed_until - now
    return left if left <= waits.longest else timedelta(0)


def _keyed(text: str, secret: bytes) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), key=secret, digest_size=24).hexdigest()
