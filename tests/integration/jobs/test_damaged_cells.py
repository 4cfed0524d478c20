"""A cell of a job that is not what its column holds: the job, and those behind it, are done."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Float, Integer

from catalog.jobs import Job, JobState
from catalog.models import CHECKSUM, Base
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kind import Kind, Outcome
from service.jobs.telling import as_record
from service.worker.doing import do
from tests.integration.jobs.work import count

NEITHER_KIND = "id", "kind", "state", CHECKSUM  # its number; what to do; whether it waits at all
KINDS = {"count": Kind("count", "Do nothing", lambda *_: Outcome("done"))}
CELLS = [each.name for each in Job.__table__.columns if each.name not in NEITHER_KIND]


@pytest.mark.parametrize("damage", [b"\xff\xfe", "word", 9e999], ids=["bytes", "word", "infinite"])
def test_whatever_cell_of_a_job_is_damaged_the_jobs_behind_it_are_done(services, damage):
    numbers = {name: count(services).number for name in CELLS}
    last = count(services)
    with closing(sqlite3.connect(services.settings.database)) as database, database:
        for name, number in numbers.items():
            database.execute(f"UPDATE job SET {name} = ? WHERE id = ?", [damage, number])

    told = [as_record(each) for each in keeping.newest(100, services=services)]
    while (claimed := claim("me", services=services)) is not None:
        do(*claimed, kinds=KINDS, services=services)

    assert len(told) == len(CELLS) + 1
    assert keeping.get(last.number, services=services).state is JobState.DONE
    assert keeping.get(numbers["rate"], services=services).state is JobState.DONE


def test_no_column_reads_a_number_as_whatever_is_in_its_cell():
    plain = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if type(column.type) is Float
        or (type(column.type) is Integer and not (column.primary_key or column.foreign_keys))
    ]

    assert plain == []
