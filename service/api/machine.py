"""The routes for machines: is it alive, is it ready, and how is it doing."""

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
        problems=(503,),
        tag="machine",
    )
)
def ready() -> Response:
    """Say whether the model is loaded and the index agrees with the catalogue."""
    parts = services()
    parts.warm_up()
    drift = parts.index.drift()
    if drift:
        raise NotReady(f"index and catalogue disagree on {drift} photos; run `lookalike verify`")
    return answer(
        {
            "status": "ready",
            "model": model_facts(parts.model.name, parts.model.fingerprint),
            "drift": drift,
        }
    )


@bp.get("/metrics")
@described(Operation(summary="Give counts and times for Prometheus", answer=None, tag="machine"))
def metrics() -> Response:
    """Give counts and times for Prometheus."""
    return web_parts().metrics.render(services().index.drift())
