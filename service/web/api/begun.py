"""Answers with a job that a request has begun, once under an Idempotency-Key."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from service.feeds.keeping import Once
from service.jobs.job import Job
from service.jobs.telling import as_record
from service.web.api.answers import answer
from service.web.guard.current import actor
from service.writing.idempotency import HEADER, once, repeatable


def once_of(asked: Mapping[str, Any]) -> Once:
    """Do what a body asks once under a request's key; the same key for another is refused.

    Raises:
        BadRequestValue: the key is none.
    """
    told = json.dumps([request.path, dict(asked)], sort_keys=True).encode()
    repeated = repeatable(request.headers.get(HEADER), told, actor())

    def within(session: Session, do: Callable[[], str]) -> str:
        return once(session, repeated, do)

    return within


def begun(job: Job) -> Response:
    """Tell of a job, and where it can be followed."""
    return followed(job, as_record(job))


def followed(job: Job, told: dict[str, Any]) -> Response:
    """Tell what goes on as a job, and where that can be followed."""
    response = answer(told, 202)
    response.headers["Location"] = url_for("api_jobs.job", job=job.number)
    return response
