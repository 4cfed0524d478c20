"""What pages say where something did not go in: what to do, in words of theirs."""

import io
from zipfile import ZipFile

import pytest

from catalog.access.terms import Role
from catalog.jobs import Job, LineKind, NewLine, add_lines
from catalog.models import now
from service.access.actor import at_the_machine
from service.errors import (
    CatalogueBusy,
    NoSpace,
    ServerBusy,
    SlowUpload,
    TooOften,
    UploadTooLarge,
)
from service.importing.elsewhere import not_fetched
from service.jobs import keeping
from service.server.refusals import refusals
from service.web.building import share
from service.web.monitoring.metrics import Metrics
from service.web.opening import Opening
from service.web.requests.problems import refusal
from tests.doors import access_of, send, token_on
from tests.integration.bringing.test_import_pages import PAGE, bring
from tests.pictures import encoded, scene

TABLE = "sku,title,photo\nA-1,Shirt,1.png\n"
TOGETHER = "Choose the table and its pictures together"


def test_a_table_that_came_without_its_pictures_is_to_be_sent_with_them(editor):
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("stock.csv", TABLE + "A-2,Shirt,2.png\n")
        archive.writestr("1.png", encoded(scene(), "PNG"))

    alone = editor.get(bring(editor, "stock.csv", TABLE).location).text
    packed_with_one = editor.get(bring(editor, "stock.zip", packed.getvalue()).location).text

    assert TOGETHER in alone
    assert TOGETHER not in packed_with_one
    assert "2.png" in packed_with_one


@pytest.fixture
def refused(services):
    """A job that has refused rows whose pictures are at addresses."""
    job = keeping.create("import", {}, by=at_the_machine(), services=services, title="all")
    told = not_fetched(["https://cdn.example/1.jpg"])
    others = (
        "the picture cannot be had: 'x.example' is not among the hosts of LOOKALIKE_FETCH_HOSTS"
    )
    with services.database.writing() as session:
        row = session.get(Job, job.number)
        row.state, row.ended_at, row.errors = "done", now(), 9
        add_lines(
            session,
            job.number,
            [NewLine(LineKind.ERROR, line, f"A-{line}", told, "{}") for line in range(8)]
            + [NewLine(LineKind.ERROR, 9, "A-9", others, "{}")],
        )
    return f"/staff/jobs/{job.number}"


def test_what_holds_of_many_rows_is_said_once_and_names_no_option(editor, refused):
    page = editor.get(refused).text

    assert page.count("pictures are not fetched from addresses such as") == 8
    assert page.count("Pictures at addresses were not fetched") == 1
    assert "is not among the hosts that may be asked" in page
    assert "--photos" not in page
    assert "LOOKALIKE_" not in page


def test_a_job_none_of_whose_lines_has_a_sku_has_no_column_of_them(editor, services, refused):
    job = keeping.create("tag", {}, by=at_the_machine(), services=services, title="all")
    with services.database.writing() as session:
        session.get(Job, job.number).errors = 1
        line = NewLine(LineKind.ERROR, 1, "", "'a.jpg' is no picture", "{}")
        add_lines(session, job.number, [line])

    assert '<th scope="col">SKU</th>' in editor.get(refused).text
    assert '<th scope="col">SKU</th>' not in editor.get(f"/staff/jobs/{job.number}").text


def test_who_was_signed_out_meanwhile_is_told_so_and_led_to_sign_in(come_in):
    client = come_in(Role.EDITOR)
    token = token_on(client.get(PAGE).text)
    client.delete_cookie("lookalike-session")

    answer = client.post("/staff/jobs/verify", data={"form_token": token})

    assert answer.status_code == 401
    assert "You were signed out meanwhile" in answer.text
    assert ">Sign in</a>" in answer.text


def test_an_upload_that_is_too_large_is_told_in_the_staffs_words(editor, services):
    answer = send(editor, "/staff/stock", "/staff/feeds/run", name="x" * 2**21)

    assert answer.status_code == 413
    assert "Please send less at once" in answer.text
    assert "screenshot" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (TooOften("too much at once", 60), 429, "Please wait a minute, then try again"),
        (NoSpace("the disk has no room"), 507, "Once whoever runs the server has made room"),
        (SlowUpload("it came too slowly"), 408, "over a better connection, or less at once"),
        (UploadTooLarge("too large"), 413, "Please send less at once"),
        (ServerBusy("busy"), 503, "Please come back in a minute"),
        (RuntimeError("a fault"), 500, "please tell whoever runs the server"),
    ],
)
def test_every_page_of_an_error_says_what_to_do_next(come_in, error, status, told):
    app = come_in(Role.EDITOR).application

    page = refusal(app, error, "/staff/import")

    assert page.status_code == status
    assert told in page.get_data(as_text=True)


def test_a_catalogue_that_others_write_to_is_told_once_and_without_commands(come_in):
    error = CatalogueBusy(
        "another process has been writing to the catalogue for 30 seconds; what was finished is "
        "kept: run the same command again once it is done"
    )

    told = refusal(come_in(Role.EDITOR).application, error, "/staff/import").get_data(as_text=True)

    assert "what was finished is kept: do it again in a minute" in told
    assert ("command" in told, "come back" in told) == (False, False)


def test_what_the_server_refuses_before_a_page_is_asked_is_told_to_whom_it_is_for(services):
    opening = Opening(share(services, access_of(services)))
    opening.load()
    opening.whole()
    told = refusals(opening, Metrics(), access_log=False)

    of_staff, of_shop, of_program = (
        told(UploadTooLarge("at most 10 MB"), path, None).body.decode()
        for path in ("/staff/import", "/search", "/api/v1/imports")
    )

    assert "Please send less at once" in of_staff
    assert "a screenshot of it will do" in of_shop
    assert '"status":413' in of_program.replace(" ", "")
