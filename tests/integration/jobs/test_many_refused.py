"""A file of bad rows alone: they are counted, and not all of their lines are kept."""

import csv

from catalog.jobs import LineKind, NewLine
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import claim
from service.jobs.refused import refused_csv
from tests.integration.jobs.work import ME

MOST = 100


def test_lines_of_what_a_job_refused_are_kept_up_to_a_bound_and_all_are_counted(services):
    number = keeping.create("verify", {}, by=ME, services=services, title="the shop").number
    work = JobAtWork(
        *claim("me", services=services), services=services, stops=lambda: False, most_errors=MOST
    )

    def refuse(first, last):
        lines = [NewLine(LineKind.ERROR, at, "", "no price") for at in range(first, last)]
        work.save(place={}, lines=[*lines, NewLine(LineKind.NOTE, last, "", "told")])

    refuse(0, MOST - 1)
    before = list(csv.reader("".join(refused_csv(number, services=services)).splitlines()))
    refuse(MOST - 1, MOST + 2)
    refuse(MOST + 2, MOST + 4)
    after = list(csv.reader("".join(refused_csv(number, services=services)).splitlines()))
    kept = keeping.lines(number, LineKind.ERROR, services=services)
    notes = keeping.lines(number, LineKind.NOTE, services=services)

    assert before[-1] == [str(MOST - 2), "no price", ""]
    assert after[-2:] == [
        [str(MOST - 1), "no price", ""],
        ["", "and 4 more, of which the lines are not kept", ""],
    ]
    assert keeping.get(number, services=services).errors == MOST + 4
    assert sum(1 for _ in kept) == MOST
    assert sum(1 for _ in notes) == 3
