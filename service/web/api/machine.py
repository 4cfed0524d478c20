"""The routes for machines: is it alive, is it ready, and how is it doing."""

import math

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from service.errors import NotReady
from service.web.api.answers import answer, model_facts
from service.web.api.described import Operation, described
from service.web.api.schemas import HealthOut, ReadyOut
from service.web.monitoring.door import BEHIND_IT
from service.web.requests.current import services, web_parts

bp = Blueprint("machine", __name__)


@bp.before_request
def _keep_private() -> None:
    """Let the public see no more than is wanted; that the process answers is no secret."""
    open_to_all = services().settings.metrics == "public" or request.endpoint == "machine.health"
    if not open_to_all and not request.environ.get(BEHIND_IT):
        raise NotFound


@bp.get("/healthz")
@described(Operation(summary="Say whether the process answers", answer=HealthOut, tag="machine"))
def health() -> Response:
    """Say that the process answers; nothing else is looked at."""
    return answer({"status": "alive"})


@bp.get("/readyz")
@described(
    Operation(
        summary="Say whether searches can be answered",
        answer=ReadyOut,
        problems=(NotReady,),
        tag="machine",
    )
)
def ready() -> Response:
    """Return whether the model is loaded and the index up to date."""
    model = services().make_ready()
    drift = web_parts().drift.known
    return answer(
        {
            "status": "ready",
            "model": model_facts(model.name, model.fingerprint),
            "drift": None if math.isnan(drift) else int(drift),
        }
    )


@bp.get("/metrics")
@described(Operation(summary="Give counts and times for Prometheus", answer=None, tag="machine"))
def metrics() -> Response:
    """Return counts and times for Prometheus, whether or not there is a model to answer with."""
    parts = web_parts()
    return parts.metrics.render(parts.drift.latest())
