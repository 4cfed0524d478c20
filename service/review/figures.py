"""How far the queue has come today, and what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog import cards, review_claims, review_decisions, review_queue
from catalog.cards import ProductCard
from catalog.models import now
from catalog.review_decisions import Figures
from service.access.actor import Actor
from service.review.asking import holder_of, name_of
from service.review.following import follow
from service.review.reviewed import TAKEN_BACK
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class Today:
    """What was decided since midnight, UTC."""

    mine: Figures
    everybody: Figures


@dataclass(frozen=True, slots=True)
class LastDecided:
    """What somebody has decided or skipped last."""

    sku: str
    category: str | None  # None: it was skipped
    others: tuple[int, ...]  # products that it was decided of as well
    product: ProductCard | None  # None: it is gone since


@dataclass(frozen=True, slots=True)
class Listed:
    """A product of the queue."""

    sku: str
    reasons: tuple[str, ...]  # empty: its neighbours were not looked at yet
    confidence: float  # 0..1, of the model
    worth: float | None  # None: it was skipped
    held_by: str | None
    held_until: datetime | None


def today(*, by: Actor, services: Services) -> Today:
    """Count what was decided today."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    with services.database.reading() as session:
        return Today(
            review_decisions.figures(session, midnight, holder_of(by)),
            review_decisions.figures(session, midnight),
        )


def last_decided(*, by: Actor, services: Services) -> LastDecided | None:
    """Return what somebody can take back; None: nothing."""
    with services.database.reading() as session:
        last = review_decisions.last_of(session, holder_of(by), now() - TAKEN_BACK)
        if last is None:
            return None
        card = next(iter(cards.by_id(session, [last.product_id])), None)
        return LastDecided(last.sku, last.category, tuple(last.others), card)


def count_left(*, services: Services) -> int:
    """Count the products that want a look."""
    follow(services=services)
    with services.database.reading() as session:
        return review_claims.count_wanted(session)


def count_unseen(*, services: Services) -> int:
    """Count the products whose neighbours were not looked at, as they are now."""
    with services.database.reading() as session:
        return review_queue.count_fresh(session)


def listed(most: int, *, services: Services) -> Sequence[Listed]:
    """Return the first of the queue, in the order in which they are asked."""
    follow(services=services)
    at = now()
    with services.database.reading() as session:
        found = []
        for item, sku in review_claims.wanted(session, most):
            held = review_claims.is_held(item, at)
            found.append(
                Listed(
                    sku=sku,
                    reasons=tuple(item.reasons.split()),
                    confidence=item.confidence,
                    worth=item.worth if item.worth is not None and item.worth >= 0 else None,
                    held_by=name_of(item.holder) if held and item.holder else None,
                    held_until=item.held_until if held else None,
                )
            )
        return found
