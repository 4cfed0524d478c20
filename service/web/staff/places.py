"""Where the staff's pages lead: what each role sees in their head."""

from flask import Flask

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


def register(app: Flask) -> None:
    """Give an application's templates the places that whoever asks may go to."""
    app.jinja_env.globals.update(staff_places=_open_places, may_edit=may_edit, may_rule=may_rule)


def may_edit() -> bool:
    """Return whether who asks may change the catalogue."""
    return EDIT.admits(actor())


def may_rule() -> bool:
    """Return whether who asks may say what the shop does by itself."""
    return RULING.admits(actor())


def _open_places() -> list[tuple[str, str]]:
    who = actor()
    return [(endpoint, name) for endpoint, name in _PLACES.items() if RULES[endpoint].admits(who)]
