"""Makes the best of a cell that is not what its column holds: damaged on the disk, or by hand.

SQLite keeps whatever bytes there are, so a text may be none, and a price a word. Who shows a row
shows what is whole of it; that it is not as it was written is for `catalog.checksums` to find.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Float, Integer, LargeBinary, String, TypeDecorator

UNREADABLE = datetime(1, 1, 1, tzinfo=UTC)
"""An instant of which nothing can be read but that there was one."""


def as_text(value: object) -> str | None:
    """Return a text; bytes that are none as far as they are one."""
    if value is None or type(value) is str:
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def as_whole(value: object) -> int | None:
    """Return a whole number; None for what is none."""
    return value if type(value) is int else None


def as_share(value: object) -> float | None:
    """Return a share of 0..1; None for what is none."""
    if isinstance(value, (int, float)) and math.isfinite(value) and 0 <= value <= 1:
        return float(value)
    return None


def as_bytes(value: object) -> bytes:
    """Return bytes; none for what is something else."""
    return value if isinstance(value, bytes) else b""


class SoundText(TypeDecorator[str]):
    """Text of at most so many characters; what is none comes back as far as it is."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Mend what was read."""
        return as_text(value)


class SoundInteger(TypeDecorator[int]):
    """A whole number; what is none comes back as None, or as what stands for it."""

    impl = Integer
    cache_ok = True

    def __init__(self, otherwise: int | None = None) -> None:
        super().__init__()
        self.otherwise = otherwise

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """Mend what was read."""
        return value if type(value) is int else self.otherwise


class SoundShare(TypeDecorator[float]):
    """A share of 0..1; what is none comes back as None."""

    impl = Float
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> float | None:
        """Mend what was read."""
        return as_share(value)


class SoundFloat(TypeDecorator[float]):
    """A number; what is none, or has no end, comes back as None, or as what stands for it."""

    impl = Float
    cache_ok = True

    def __init__(self, otherwise: float | None = None) -> None:
        super().__init__()
        self.otherwise = otherwise

    def process_result_value(self, value: Any, dialect: Dialect) -> float | None:
        """Mend what was read."""
        return value if isinstance(value, float) and math.isfinite(value) else self.otherwise


class SoundBytes(TypeDecorator[bytes]):
    """Bytes; what is something else comes back as none."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bytes]:
        """Mend what was read, before anybody makes as many bytes as a number says."""
        return as_bytes


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: SQLite forgets the zone, so it goes in as UTC and comes back as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant without a zone: nobody can say when it was."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got {value!r}")
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the zone back that SQLite forgot."""
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Read what can be read; that there was an instant is never lost: somebody has spoken."""
        read = super().result_processor(dialect, coltype)
        assert read is not None

        def sound(value: Any) -> datetime | None:
            try:
                found: datetime | None = read(value)
            except (TypeError, ValueError):
                return UNREADABLE
            return found

        return sound
