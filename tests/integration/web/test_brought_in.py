"""The products that a job has brought in, as a list of the stock."""

import pytest

from catalog.access.terms import Role
from catalog.jobs import Job, LineKind, NewLine, add_lines
from catalog.stock_filters import StockFilters
from catalog.stock_list import skus_of, stock_ids
from service.access.actor import at_the_machine
from service.jobs import keeping
from tests.doors import member, sign_in


@pytest.fixture
def editor(app, access):
    member("anna", Role.EDITOR, access=access)
    client = app.test_client()
    sign_in(client, "anna")
    return client


def test_what_came_in_by_a_job_is_listed_and_no_more(editor, services):
    job = keeping.create("import", {}, by=at_the_machine(), services=services, title="stock.zip")
    with services.database.writing() as session:
        there = skus_of(session, stock_ids(session, StockFilters()))
        brought = [*there[:2], "WITHDRAWN-SINCE"]
        lines = [NewLine(LineKind.BROUGHT, n, sku, "") for n, sku in enumerate(brought)]
        add_lines(session, job.number, lines)
        session.get_one(Job, job.number).state = "done"
    stock = f"/staff/stock?job={job.number}"

    page = editor.get(f"/staff/jobs/{job.number}").text
    listed = editor.get(stock).text
    narrowed = editor.get(f"{stock}&text=no-such-word").text

    assert f'href="{stock}"' in page
    assert [f'value="{sku}"' in listed for sku in there[:3]] == [True, True, False]
    assert "2 products" in listed
    assert f'<a href="/staff/jobs/{job.number}">job {job.number}</a>' in listed
    assert f'name="job" value="{job.number}"' in narrowed


@pytest.mark.parametrize("number", ["-1", "x", "9" * 19])
def test_a_number_that_no_job_can_have_is_left_out(number, editor):
    assert "is left out: job." in editor.get(f"/staff/stock?job={number}").text
