"""The first page of the staff: how the shop stands."""

from flask import Blueprint, render_template

from service.access.log import latest_of
from service.access.sessions import open_sessions
from service.finding.shop_state import shop_state
from service.jobs.keeping import newest
from service.web.guard.current import access, actor
from service.web.requests.current import services, web_parts

bp = Blueprint("staff_overview", __name__, url_prefix="/staff")

_IMPORTS_SHOWN = _JOBS_SHOWN = 5
_COUNTING_S = 0.25  # that a page waits for it; a large catalogue is counted until the next look


@bp.get("")
def overview() -> str:
    """Show what there is, whether it can be searched, and what came in last."""
    parts = services()
    return render_template(
        "staff/overview.html",
        state=shop_state(services=parts),
        drift=web_parts().drift.latest(_COUNTING_S),
        jobs=newest(_JOBS_SHOWN, services=parts),
        imports=latest_of("import", _IMPORTS_SHOWN, database=parts.database),
        sessions=open_sessions(actor(), access=access()),
    )
