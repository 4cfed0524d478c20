"""Where the staff's pages lead: what each role sees in their head."""

from dataclasses import dataclass

from flask import Flask, request

from service.access.permissions import EDIT, RULES, RULING
from service.web.guard.current import actor

_PLACES = {
    "staff_overview.overview": "Overview",
    "staff_stock.stock": "Stock",
    "staff_review.review": "Review",
    "staff_duplicates.duplicates": "Duplicates",
    "staff_categories.categories": "Categories",
    "staff_changes.changes": "Changes",
    "staff_import.start": "Import",
    "staff_tag.start": "Tag",
    "staff_jobs.jobs": "Jobs",
    "staff_feeds.feeds": "Feeds",
    "staff_users.users": "Users",
    "staff_keys.keys": "Keys",
    "staff_audit.audit": "Audit",
}
# What a place is for, where looking at it is of no use to those who may do nothing there.
_FOR_DOING = {"staff_import.start": "staff_import.send", "staff_tag.start": "staff_tag.send"}
# Pages that lie within a place, though another file has them.
_WITHIN = {
    "staff_bulk": "staff_stock",
    "staff_missing": "staff_feeds",
    "staff_product": "staff_stock",
    "staff_stock_files": "staff_stock",
    "staff_tagged": "staff_jobs",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page that leads to others."""

    endpoint: str
    name: str
    current: str | None  # as aria-current has it: this page, or one within it


def register(app: Flask) -> None:
    """Give an application's templates the places that whoever asks may go to."""
    app.jinja_env.globals.update(staff_places=_open_places, may_edit=may_edit, may_rule=may_rule)


def may_edit() -> bool:
    """Return whether who asks may change the catalogue."""
    return EDIT.admits(actor())


def may_rule() -> bool:
    """Return whether who asks may say what the shop does by itself."""
    return RULING.admits(actor())


def _open_places() -> list[Place]:
    who = actor()
    return [
        Place(endpoint, name, _current(endpoint))
        for endpoint, name in _PLACES.items()
        if RULES[_FOR_DOING.get(endpoint, endpoint)].admits(who)
    ]


def _current(endpoint: str) -> str | None:
    if request.endpoint == endpoint:
        return "page"
    here = request.blueprint or ""
    return "true" if _WITHIN.get(here, here) == endpoint.partition(".")[0] else None
