"""A job in words and as a record, the same on pages, over HTTP and in a terminal."""

from typing import Any

from service.jobs.job import Job

_MINUTE_S, _HOUR_S = 60, 3600


def as_record(job: Job) -> dict[str, Any]:
    """Return a job by the names that programs read."""

    def at(name: str) -> str | None:
        found = getattr(job, name)
        return None if found is None else str(found.isoformat(timespec="seconds"))

    left = job.seconds_left
    return {
        "id": job.number,
        "kind": job.kind,
        "title": job.title,
        "state": job.state.value,
        "wish": None if job.wish is None else job.wish.value,
        "by": job.asked_by,
        "done": job.done,
        "total": job.total,
        "rate": None if job.rate is None else round(job.rate, 1),
        "seconds_left": None if left is None else round(left),
        "counts": job.counts,
        "errors": job.errors,
        "message": job.message,
        "has_result": job.result is not None,
        "created_at": at("created_at"),
        "started_at": at("started_at"),
        "ended_at": at("ended_at"),
    }


def lasting(seconds: float | None) -> str:
    """Return how long something lasts as people say it; empty where it is not known."""
    if seconds is None:
        return ""
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds / _HOUR_S:.1f} h"
