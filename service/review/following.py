"""Brings the queue to what the catalogue says now, before anybody is asked."""

from sqlalchemy.orm import Session

from catalog import changes, review_queue, search_queries
from catalog.dialect.driver import driver_of
from catalog.review_queue import ReviewState
from catalog.search_queries import Latest
from service.review.reasons import MOST_WORTH
from service.wiring import Services

_MOST_TOUCHED = 20_000  # products; beyond it all are looked through


def follow(*, services: Services) -> None:
    """Bring the queue up to date, if it is not."""
    with services.database.read_view() as look:
        latest = search_queries.latest(look.driver)
        state = look.session.get(ReviewState, 1)
        if _is_at(state, latest, services):
            return
    with services.database.writing() as session:
        follow_within(session, services=services)


def follow_within(session: Session, *, services: Services) -> None:
    """Bring the queue up to date within a transaction that writes; all of it is then exact.

    Membership and order come of rows alone. What neighbours have to say is looked up outside of
    any transaction, see `service.review.looking`.
    """
    session.flush()
    latest = search_queries.latest(driver_of(session.connection()))
    state = session.get(ReviewState, 1)
    if latest.fingerprint is None or _is_at(state, latest, services):
        return
    review_queue.follow(
        session,
        _touched(session, state, latest, services),
        fingerprint=latest.fingerprint,
        below=services.settings.review_below / 100,
        most=MOST_WORTH,
    )
    session.expire_all()  # these rows were changed behind the session's back
    if state is None:
        state = ReviewState(id=1)
        session.add(state)
    state.number, state.mark, state.fingerprint = latest.number, latest.mark, latest.fingerprint
    state.below = services.settings.review_below
    session.flush()


def _is_at(state: ReviewState | None, latest: Latest, services: Services) -> bool:
    return state is not None and (state.number, state.mark, state.fingerprint, state.below) == (
        latest.number,
        latest.mark,
        latest.fingerprint,
        services.settings.review_below,
    )


def _touched(
    session: Session, state: ReviewState | None, latest: Latest, services: Services
) -> list[int] | None:
    """Return the products that the feed names since; None: it may be any."""
    if (
        state is None
        or state.fingerprint != latest.fingerprint
        or state.below != services.settings.review_below
        or not changes.holds(session, state.number, state.mark)
    ):
        return None
    return changes.touched_products(session, state.number, _MOST_TOUCHED)
