"""Counts and times for Prometheus, of this process or of all workers of a server together."""

import os
import time
from collections.abc import Mapping
from functools import cache

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.server.front.reasons import FAILED, REASONS
from service.web.monitoring.shared import VARIABLE

STAGES = ("decode", "encode", "search", "load")
_STAGE_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0)
_REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What is counted: requests by route template, never by address, and the stages of a search."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "lookalike_requests",
            "Requests answered, by route template, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._latency = Histogram(
            "lookalike_request_seconds",
            "Time from a request's arrival at the application to its answer.",
            ("route",),
            buckets=_REQUEST_BUCKETS,
            registry=self.registry,
        )
        stages = Histogram(
            "lookalike_stage_seconds",
            "Time of each stage of a search.",
            ("stage",),
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )
        self._refused = Counter(
            "lookalike_refused",
            "Requests that the server refused by itself, by the reason.",
            ("reason",),
            registry=self.registry,
        )
        for reason in (*REASONS.values(), FAILED):  # at 0, so that the first one is an increase
            self._refused.labels(reason)
        # Finding the counter of some labels takes longer than counting.
        self._counter_of = cache(self._requests.labels)
        self._latency_of = cache(self._latency.labels)
        self._stages = {stage: stages.labels(stage) for stage in STAGES}
        self._drift = Gauge(
            "lookalike_index_drift",
            "Photos on which the index and the catalogue disagree; NaN where it cannot be counted.",
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )

    def count_refused(self, reason: str) -> None:
        """Count a request that the front answered in place of its route."""
        self._refused.labels(reason).inc()

    def observe_stages(self, timing_ms: Mapping[str, float]) -> None:
        """Count the stages of one search, given in milliseconds."""
        for stage, took_ms in timing_ms.items():
            if stage in self._stages:
                self._stages[stage].observe(took_ms / 1000)

    def render(self, drift: float) -> Response:
        """Return everything counted as Prometheus wants to read it."""
        self._drift.set(drift)
        registry = self.registry
        if VARIABLE in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    def watch(self, app: Flask) -> None:
        """Count every request of an application from now on."""
        app.before_request(_start)
        app.after_request(self._count)

    def _count(self, response: Response) -> Response:
        # An address that no route matches is counted under one name, so nobody can fill memory.
        route = request.url_rule.rule if request.url_rule else "unmatched"
        method = request.method if request.method in _METHODS else "other"
        self._counter_of(route, method, response.status_code).inc()
        if (started := g.get("started")) is not None:
            self._latency_of(route).observe(time.perf_counter() - started)
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _start() -> None:
    g.started = time.perf_counter()
