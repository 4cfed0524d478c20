"""Gives somebody the next product to look at, which nobody else gets meanwhile."""

from datetime import datetime

from sqlalchemy.orm import Session

from catalog import review_claims, review_queue
from catalog.models import now
from catalog.review_claims import HELD
from catalog.review_queue import Fresh, Look, ReviewItem
from service.access.actor import Actor
from service.review.following import follow, follow_within
from service.review.looking import look_for_best
from service.review.question import Question, question_of
from service.wiring import Services

_TRIES = 5


def holder_of(actor: Actor) -> str:
    """Write who has a product in hand; an account is one, in however many windows."""
    return f"{actor.kind.value}:{actor.id or ''}:{actor.name}"[:80]


def name_of(holder: str) -> str:
    """Return the name of who has a product in hand, as people read it."""
    return holder.split(":", 2)[-1]


def next_question(*, by: Actor, services: Services) -> Question | None:
    """Return what somebody has in hand, or else the most useful that is free; None: nothing is.

    It is theirs for `HELD` from now.
    """
    holder = holder_of(by)
    for _ in range(_TRIES):
        follow(services=services)
        with services.database.reading() as session:
            has_one = review_claims.in_hand(session, holder, now()) is not None
        if not has_one:
            look_for_best(holder, services=services)
        with services.database.writing() as session:
            follow_within(session, services=services)
            at = now()
            item = _taken(session, holder, at)
            if item is None:
                return None
            row = Fresh(item.product_id, item.photo_id, item.turn, item.state)
        # Between these two it may have been removed, or a person may have spoken.
        question = question_of(row.product_id, holder, at + HELD, services=services)
        if question is not None and (has_one or question.opinion.reasons):
            return question
        if question is not None:  # its neighbours say so no more
            with services.database.writing() as session:
                review_queue.put_looks(session, [Look(row, None)])
    return None


def _taken(session: Session, holder: str, at: datetime) -> ReviewItem | None:
    """Take in hand what somebody has already, or else the first that nobody has."""
    held = review_claims.in_hand(session, holder, at)
    if held is not None:
        if review_claims.claim(session, held.product_id, holder, at):
            return held
        # It has become one question with what somebody else has in hand: that is theirs now.
        review_claims.let_go(session, holder)
    for item in review_claims.most_useful(session, holder, at, 1):
        if review_claims.claim(session, item.product_id, holder, at):
            return item
    return None
