"""Who has which product of the queue in hand: by compare-and-set, so never two the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.models import Product
from catalog.review_fellows import MOST, alike_of, are_alike, fellows_of
from catalog.review_queue import FRESH, LOOKED_AT, REOPENED, ReviewItem

HELD = timedelta(minutes=10)
"""For how long a product is somebody's from when it was shown last: nobody looks at a picture for
longer, and whoever has gone keeps it from the others no longer."""
_A_LITTLE = timedelta(seconds=1)
_WANTED = (ReviewItem.worth.is_not(None),)
_ORDER = (ReviewItem.worth.desc(), ReviewItem.product_id)
# Those looked at go before those of which only the most is known; what was skipped comes last.
_TURNS = (
    (ReviewItem.state == LOOKED_AT, ReviewItem.worth >= 0),
    (ReviewItem.state.in_((FRESH, REOPENED)), ReviewItem.worth >= 0),
    (ReviewItem.worth < 0,),
)


def is_held(item: ReviewItem, now: datetime) -> bool:
    """Return whether somebody has a product in hand.

    What is said to end later than it can was said by a clock that was ahead, and has ended.
    """
    until = item.held_until
    return item.holder is not None and until is not None and now < until <= now + HELD


def _is_held(now: datetime) -> ColumnElement[bool]:
    """Return the same as a condition."""
    until = ReviewItem.held_until
    return and_(ReviewItem.holder.is_not(None), until > now, until <= now + HELD)


def _free(holder: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody else has it in hand."""
    return or_(
        ReviewItem.holder.is_(None),
        ReviewItem.holder == holder,
        ReviewItem.held_until.is_(None),
        ReviewItem.held_until <= now,
        ReviewItem.held_until > now + HELD,
    )


def _nobodys(session: Session, holder: str, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that nobody else has it in hand, nor what is one question with it."""
    held = select(ReviewItem.product_id).where(_is_held(now), ReviewItem.holder != holder)
    return [_free(holder, now), *(~each for each in are_alike(alike_of(session, held)))]


def most_useful(session: Session, holder: str, now: datetime, most: int) -> list[ReviewItem]:
    """Return what somebody may be asked, the most useful first."""
    found: list[ReviewItem] = []
    nobodys = _nobodys(session, holder, now)
    for turn in _TURNS:
        query = select(ReviewItem).where(*turn, *nobodys)
        if len(found) < most:
            found += session.scalars(query.order_by(*_ORDER).limit(most - len(found)))
    return found


def promising(session: Session, holder: str, now: datetime, most: int) -> Sequence[ReviewItem]:
    """Return the free ones that are, or may be, worth most, whether looked at or not."""
    nobodys = _nobodys(session, holder, now)
    query = select(ReviewItem).where(*_WANTED, ReviewItem.worth >= 0, *nobodys)
    return session.scalars(query.order_by(*_ORDER).limit(most)).all()


def wanted(session: Session, most: int) -> list[tuple[ReviewItem, str]]:
    """Return the first of all that want a look, whoever has them, with their SKUs."""
    found: list[tuple[ReviewItem, str]] = []
    for turn in _TURNS:
        query = select(ReviewItem, Product.sku).join(Product).where(*turn).order_by(*_ORDER)
        if len(found) < most:
            rows = session.execute(query.limit(most - len(found)))
            found += [(row[0], row[1]) for row in rows]
    return found


def count_wanted(session: Session) -> int:
    """Count the products that want a look."""
    return session.scalar(select(func.count()).where(*_WANTED)) or 0


def in_hand(session: Session, holder: str, now: datetime) -> ReviewItem | None:
    """Return what somebody has in hand."""
    query = select(ReviewItem).where(*_WANTED, ReviewItem.holder == holder, _is_held(now))
    return session.scalars(query.order_by(ReviewItem.held_until.desc()).limit(1)).first()


def claim(session: Session, product_id: int, holder: str, now: datetime) -> bool:
    """Take a product in hand for `HELD`, and with it at most `MOST` that are one question with it.

    Returns whether nobody else has it, or one of those: two people never get one picture.
    """
    mine = ReviewItem.product_id == product_id, *_WANTED
    taken = update(ReviewItem).where(*mine, *_nobodys(session, holder, now))
    taken = taken.values(holder=holder, held_until=now + HELD)
    if not session.execute(taken).rowcount:  # type: ignore[attr-defined]
        return False
    # A little less long, so that what was shown is told from the others.
    others = [each.product_id for each in fellows_of(session, product_id, MOST)]
    free = and_(ReviewItem.product_id.in_(listed(others)), _free(holder, now))
    beside = update(ReviewItem).where(free)
    session.execute(beside.values(holder=holder, held_until=now + HELD - _A_LITTLE))
    return True


def free_among(session: Session, ids: Sequence[int], holder: str, now: datetime) -> set[int]:
    """Return those of these products that nobody else has in hand."""
    query = select(ReviewItem.product_id).where(ReviewItem.product_id.in_(listed(ids)))
    return set(session.scalars(query.where(_free(holder, now))))


def skip(session: Session, ids: Sequence[int], holder: str, now: datetime) -> bool:
    """Put products behind all others; return whether there was one that nobody else has."""
    put = (
        update(ReviewItem)
        .where(ReviewItem.product_id.in_(listed(ids)), *_WANTED, _free(holder, now))
        .values(worth=-now.timestamp(), holder=None, held_until=None)
    )
    return bool(session.execute(put).rowcount)  # type: ignore[attr-defined]


def skipped_at(session: Session, ids: Sequence[int], at: datetime) -> list[int]:
    """Return those of these products, ascending, that were skipped at an instant and wait since."""
    query = select(ReviewItem.product_id).where(
        ReviewItem.product_id.in_(listed(ids)), ReviewItem.worth == -at.timestamp()
    )
    return list(session.scalars(query.order_by(ReviewItem.product_id)))


def take_back_skip(session: Session, ids: Sequence[int], worth: float, at: datetime) -> None:
    """Let products that were skipped at an instant come in their turn again.

    What a look at each is worth is found anew; until then it is taken for so much.
    """
    skipped = ReviewItem.product_id.in_(listed(skipped_at(session, ids, at)))
    state = case((ReviewItem.state == LOOKED_AT, FRESH), else_=ReviewItem.state)
    back = update(ReviewItem).where(skipped)
    session.execute(back.values(worth=worth, state=state, turn=ReviewItem.turn + 1))


def put_back(session: Session, product_id: int, worth: float, holder: str, now: datetime) -> bool:
    """Let a look be worth what it was before a decision; return whether anybody can be asked it."""
    put = (
        update(ReviewItem)
        .where(
            ReviewItem.product_id == product_id,
            ReviewItem.state.in_((FRESH, LOOKED_AT, REOPENED)),  # nobody has spoken of it
            _free(holder, now),
        )
        .values(worth=worth)
    )
    return bool(session.execute(put).rowcount)  # type: ignore[attr-defined]


def let_go(session: Session, holder: str) -> None:
    """Let go of whatever somebody has in hand."""
    free = update(ReviewItem).where(ReviewItem.holder == holder)
    session.execute(free.values(holder=None, held_until=None))
