"""Who did what, for admins: narrowed, paged, and as a file."""

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, render_template, request

from catalog.access.audit import Asked
from service.access import log
from service.tables.record_files import text_records
from service.web.requests.current import services

bp = Blueprint("staff_audit", __name__, url_prefix="/staff/audit")

_SHOWN = 100
_FILTERS = ("actor", "action", "subject", "since", "until")
_CHANGE = re.compile(r"(?:^|\()change ([0-9]{1,18})\)?$")
_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@bp.get("", endpoint="audit")
def entries() -> str:
    """Show what was done last of what is asked for; the same to many things is one line."""
    given = {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}
    asked, notice = _asked(given)
    before = request.args.get("before", "")
    found = log.page(
        asked,
        _SHOWN,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        database=services().database,
    )
    return render_template(
        "staff/audit.html",
        deeds=found.deeds,
        older=found.older,
        actions=found.actions,
        given=given,
        notice=notice,
        change_in=_change_in,
    )


@bp.get("/download.<kind>")
def download(kind: str) -> Response:
    """Give the entries that are asked for as a CSV or as JSON Lines."""
    kind = kind if kind in _KINDS else "csv"
    asked, _ = _asked({name: request.args.get(name, "").strip() for name in _FILTERS})
    file = io.StringIO()
    records = text_records(file, kind, log.COLUMNS)
    for record in log.entries(asked, database=services().database):
        records.write(record)
    response = Response(file.getvalue(), content_type=_KINDS[kind])
    response.headers["Content-Disposition"] = f"attachment; filename=audit.{kind}"
    return response


def _asked(given: Mapping[str, str]) -> tuple[Asked, str | None]:
    """Read the filters; what is no day is left out, and said."""
    since, until = _day(given.get("since")), _day(given.get("until"))
    bad = [name for name in ("since", "until") if given.get(name) and not _day(given[name])]
    notice = (
        f"A day is written like 2026-11-26, so {' and '.join(bad)} is left out." if bad else None
    )
    asked = Asked(
        actor=given.get("actor") or None,
        action=given.get("action") or None,
        subject=given.get("subject") or None,
        since=since,
        until=None if until is None else until + timedelta(days=1),  # that day is in it
    )
    return asked, notice


def _change_in(detail: str) -> int | None:
    """Find the change that an entry is about, by its number."""
    found = _CHANGE.search(detail)
    return None if found is None else int(found[1])


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
