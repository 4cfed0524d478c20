"""Looks at the neighbours of products in the queue: a few at a time, and never while writing."""

from collections.abc import Sequence

from catalog import review_claims, review_queue
from catalog.models import now
from catalog.review_queue import LOOKED_AT, SETTLED, Fresh, Look
from catalog.standings import standings
from service.database.sessions import ReadView
from service.index.view import View
from service.progress import Progress, no_progress
from service.review.following import follow
from service.review.reasons import opinion, surroundings
from service.wiring import Services

_AT_ONCE = 32
_BEST, _ROUNDS = 4, 3  # so at most 12 for one question: each costs a search of the index
_BESIDE = 4  # others, at each question


def look_for_best(holder: str, *, services: Services) -> None:
    """Look at what promises most, until that keeps its promise or enough were looked at.

    What a fresh row may be worth is more than it will be found to be. So the best of all is known
    once the first was looked at, and most are never looked at for that (Minoux 1978).
    """
    look_at_some(_BESIDE, services=services)
    for _ in range(_ROUNDS):
        with services.index.searching() as (look, view):
            best = review_claims.promising(look.session, holder, now(), _BEST)
            rows = [
                Fresh(each.product_id, each.photo_id, each.turn, each.state)
                for each in best
                if each.state != LOOKED_AT
            ]
            if not rows or best[0].state == LOOKED_AT:
                return
            looks, neighbours = _look_at(look, view, rows, services)
        with services.database.writing() as session:
            review_queue.put_looks(session, looks, neighbours)


def look_at_some(most: int, *, services: Services) -> int:
    """Look at up to `most` products, first around those that were decided; return how many."""
    with services.index.searching() as (look, view):
        rows = review_queue.fresh(look.session, most)
        looks, neighbours = _look_at(look, view, rows, services)
    if looks:
        with services.database.writing() as session:
            review_queue.put_looks(session, looks, neighbours)
    return len(rows)


def look_at_all(*, services: Services, progress: Progress = no_progress) -> None:
    """Look at every product that has not been looked at as it is now."""
    follow(services=services)
    with services.database.reading() as session:
        total = review_queue.count_fresh(session)
    done = 0
    while some := look_at_some(_AT_ONCE, services=services):
        done += some
        total = max(total, done)  # a word makes its neighbours fresh again
        progress(done, total)


def _look_at(
    look: ReadView, view: View, rows: Sequence[Fresh], services: Services
) -> tuple[list[Look], list[int]]:
    """Look at rows; give also the neighbours of those of which somebody has spoken."""
    around = {
        row.product_id: surroundings(look.session, view, row.product_id, row.photo_id)
        for row in rows
    }
    ids = {each.product_id for some in around.values() for each in some.near} | around.keys()
    stands = standings(look.session, sorted(ids))
    below = services.settings.review_below / 100
    looks: list[Look] = []
    told: list[int] = []
    for row in rows:
        near = around[row.product_id]
        if row.has_news:
            told += near.around
        if row.state == SETTLED:
            looks.append(Look(row, None))
        elif (standing := stands.get(row.product_id)) is not None:
            found = opinion(view.model, near, standing, stands, below)
            looks.append(Look(row, found.worth, " ".join(found.reasons)))
    return looks, told
