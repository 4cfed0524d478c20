"""What a person may decide of a pair of products that may be one."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.duplicates.tables import DuplicatePair
from service.errors import BadRequestValue


class Verdict(StrEnum):
    """What a person may decide."""

    MERGE = "merge"  # they are one product
    LINK = "link"  # they are variants of one style
    DISMISS = "dismiss"  # they have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a pair."""

    number: int  # of the pair
    verdict: Verdict
    stays: str | None = None  # of a merger: the SKU of the one that stays
    seen: str | None = None  # what the two were like when they were looked at; see `mark_of_pair`


def stays_and_leaves(pair: DuplicatePair, decision: Decision) -> tuple[str, str]:
    """Return which SKU of a merger stays, and which leaves. Raises: BadRequestValue."""
    if decision.stays not in (pair.first_sku, pair.second_sku):
        rule = f"the one that stays is '{pair.first_sku}' or '{pair.second_sku}'"
        raise BadRequestValue(f"{rule}, got '{(decision.stays or '')[:64]}'", {"stays": [rule]})
    leaves = pair.second_sku if decision.stays == pair.first_sku else pair.first_sku
    return decision.stays, leaves


def told_of(pair: DuplicatePair, decision: Decision) -> str:
    """Return what is decided, in words. Raises: BadRequestValue."""
    first, second = pair.first_sku, pair.second_sku
    if decision.verdict is Verdict.MERGE:
        stays, leaves = stays_and_leaves(pair, decision)
        return f"'{leaves}' merged into '{stays}'"
    if decision.verdict is Verdict.LINK:
        return f"'{first}' and '{second}' linked as variants"
    return f"'{first}' and '{second}' kept apart"
