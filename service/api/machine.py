"""The routes for machines: is it alive, is it ready, and how is it doing."""

import math

from flask import Blueprint, Response

from service.api.answers import answer, model_facts
from service.api.described import Operation, described
from service.api.schemas import HealthOut, ReadyOut
from service.current import services, web_parts
from service.errors import NotReady

bp = Blueprint("machine", __name__)


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
    """Say whether the model is loaded and the index up to date."""
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
    """Give counts and times for Prometheus, whether or not there is a model to answer with."""
    parts = web_parts()
    return parts.metrics.render(parts.drift.latest())
