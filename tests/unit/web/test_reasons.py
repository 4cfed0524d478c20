"""What the front refuses is counted by the reason."""

import pytest

from service.errors import ServerBusy
from service.server.front.reasons import REASONS, reason_of
from service.web.monitoring.metrics import Metrics


def counted(metrics):
    [family] = [each for each in metrics.registry.collect() if each.name == "lookalike_refused"]
    return {
        each.labels["reason"]: each.value
        for each in family.samples
        if each.name == "lookalike_refused_total"
    }


@pytest.mark.parametrize("kind", REASONS)
def test_each_refusal_is_counted_under_its_own_reason(kind):
    metrics = Metrics()

    metrics.count_refused(reason_of(kind("no")))

    assert counted(metrics) == dict.fromkeys([*REASONS.values(), "failed"], 0) | {REASONS[kind]: 1}


def test_a_reason_is_that_of_the_nearest_class_that_is_listed():
    class VeryBusy(ServerBusy):
        pass

    assert reason_of(VeryBusy("no")) == "queue-full"


def test_what_broke_down_is_counted_as_failed():
    assert reason_of(ZeroDivisionError("no")) == "failed"
