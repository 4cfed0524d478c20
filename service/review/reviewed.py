"""What came of a decision in the review, and for how long it can be taken back."""

from dataclasses import dataclass
from datetime import timedelta

TAKEN_BACK = timedelta(hours=12)
"""What was decided longer ago is past, and not the last click."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was decided, or taken back."""

    sku: str
    title: str
    category: str | None  # None: it was skipped
    agrees: bool = False  # whether the model had said so
    also: tuple[str, ...] = ()  # SKUs of others that it was decided of as well
