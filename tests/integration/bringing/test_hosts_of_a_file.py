"""Hosts of a file's pictures, which whoever brings it in may allow for it alone."""

import re
from dataclasses import replace

import pytest

from catalog import jobs
from catalog.access.terms import Role
from catalog.jobs import LineKind
from service.access.log import latest_of
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.wiring import build_services
from service.worker.doing import do
from tests.doors import send
from tests.fakes import MeanColourEncoder
from tests.integration.bringing.test_import_pages import bring

# Nothing lies at port 1: whether we would have asked there is told by the reason.
TABLE = (
    "sku,title,photo\n"
    "A,A,http://127.0.0.1:1/a.png\n"
    "B,B,http://127.0.0.1:1/b.png\n"
    "C,C,https://pictures.example/c.png\n"
)
LOCAL = "127.0.0.1:1"


@pytest.fixture(scope="module")
def admin(come_in):
    return come_in(Role.ADMIN)


def test_the_hosts_of_a_file_are_shown_to_be_allowed_with_their_pictures(admin):
    page = admin.get(bring(admin, "stock.csv", TABLE).location).text

    assert 'name="fetch_host" value="pictures.example"> allow' in page
    assert '<th scope="row">127.0.0.1:1</th><td class="number" data-name="Pictures">2</td>' in page


def test_a_host_of_the_own_network_has_no_tick_and_it_is_said_who_allows_it(admin):
    address = bring(admin, "stock.csv", TABLE).location

    send(admin, address, address, then="look", fetch_host=LOCAL)
    page = admin.get(address).text

    assert f'value="{LOCAL}"' not in page
    assert "no: it lies in your own network" in page
    assert f"LOOKALIKE_FETCH_PRIVATE={LOCAL}</code>" in page
    assert "did not come with the table" not in page  # there are no pictures that could have


def test_a_table_whose_files_did_not_come_is_told_so(admin):
    table = TABLE + "D,D,d.png\n"

    page = admin.get(bring(admin, "stock.csv", table).location).text

    assert "The pictures did not come with the table" in page


def test_a_host_is_allowed_for_one_file_alone_and_that_is_written_down(admin, services):
    address = bring(admin, "stock.csv", TABLE).location

    send(admin, address, address, then="look", fetch_host="pictures.example")
    looked = admin.get(address).text
    send(admin, address, address, then="import", fetch_host="pictures.example")

    [job] = keeping.newest(5, services=services)
    assert 'value="pictures.example" checked' in looked
    assert job.parameters["fetch_hosts"] == ["pictures.example"]
    [told] = latest_of("fetch.allow", 2, database=services.database)
    assert (told.actor, told.subject, told.detail) == (
        "the-admin",
        str(job.number),
        "pictures.example",
    )
    next_one = admin.get(bring(admin, "stock.csv", TABLE).location).text
    assert "checked" not in next_one


def test_an_editor_is_shown_the_hosts_and_allows_none(editor, admin, services):
    address = bring(editor, "stock.csv", TABLE).location
    page = editor.get(address).text

    refused = send(editor, address, address, then="import", fetch_host="pictures.example")
    send(admin, address, address, then="look", fetch_host="pictures.example")
    taken_over = send(editor, address, f"{address}/begin")

    assert "an admin can allow others for one file" in page
    assert "fetch_host" not in page
    assert [refused.status_code, taken_over.status_code] == [403, 403]
    assert keeping.newest(5, services=services) == []


@pytest.mark.parametrize("host", ["*", "*.example", "https://pictures.example/", "a b"])
def test_what_is_no_host_is_said_on_the_page(admin, services, host):
    address = bring(admin, "stock.csv", TABLE).location

    answer = send(admin, address, address, then="import", fetch_host=host)

    assert answer.status_code == 422
    assert "host" in re.search('role="alert">([^<]*)', answer.text)[1]
    assert keeping.newest(5, services=services) == []


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("admin", "'127.0.0.1' is at no public address"),
        ("nobody", "pictures are not fetched from addresses"),
    ],
)
def test_a_job_asks_where_it_was_allowed_to_and_at_no_private_address(
    admin, services, setting, reason
):
    address = bring(admin, "stock.csv", TABLE).location
    send(admin, address, address, then="import", fetch_host=LOCAL)
    settings = replace(services.settings, fetch_allowed_by=setting)
    worker = build_services(settings, encoder=MeanColourEncoder())

    do(*claim("me", services=worker), kinds=KINDS, services=worker)
    worker.close()

    [job] = keeping.newest(5, services=services)
    with services.database.reading() as session:
        reasons = [line.message for line in jobs.lines(session, job.number, LineKind.ERROR)]
    assert reason in reasons[0]
    assert job.counts["refused"] == 3
