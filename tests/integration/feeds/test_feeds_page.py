"""The page of the feeds."""

import re

import pytest

from service.access.actor import at_the_machine
from service.feeds import beginning, keeping
from service.web.app import create_app
from service.worker.worker import Worker
from tests.doors import access_of, member, token_on
from tests.integration.feeds.supplier import offer

PAGE = "/staff/feeds"


@pytest.fixture
def browser(services):
    """Give a function that opens a browser of somebody with a role."""
    access = access_of(services)
    app = create_app(services, access)

    opened = {}

    def open_as(role):
        if role not in opened:
            opened[role] = app.test_client()
            opened[role].set_cookie("lookalike-session", member(role, role, access=access))
        return opened[role]

    return open_as


def send(client, to, **fields):
    return client.post(to, data={"form_token": token_on(client.get(PAGE).text), **fields})


def test_an_admin_adds_a_feed_and_an_editor_withdraws_what_is_missing(services, server, browser):
    admin, editor = browser("admin"), browser("editor")
    offer(server, "A", "B")
    empty = admin.get(PAGE).text

    added = send(
        admin, PAGE, address=server.address("/feed.csv"), every="6h", name="supplier", withdraws="1"
    )
    beginning.start_due(services)
    Worker(services).run_until_idle()
    offer(server, "A")
    read = send(editor, f"{PAGE}/run", name="supplier")
    Worker(services).run_until_idle()
    shown = editor.get(PAGE).text
    looked = editor.get(f"{PAGE}/1/missing").text
    wrong = send(editor, f"{PAGE}/1/withdraw", count="2")
    right = send(editor, f"{PAGE}/1/withdraw", count="1", digest=digest_on(looked))
    waiting = editor.get(f"{PAGE}/1/missing").text
    Worker(services).run_until_idle()

    assert "There is no feed yet" in empty
    assert (added.status_code, read.status_code, right.status_code) == (303, 303, 303)
    assert "1 product" in shown
    assert "Yes, withdraw 1 product" in looked
    assert ("<bdi>B</bdi>" in looked, "<bdi>A</bdi>" in looked) == (True, False)
    assert "What is missing is being withdrawn" in waiting
    assert "Yes, withdraw" not in waiting
    assert "Add a feed" not in shown
    assert wrong.status_code == 422
    assert "1 product missing from &#39;supplier&#39;, not 2" in wrong.text
    assert keeping.listed(services=services)[0].missing == 0


@pytest.mark.usefixtures("misses_two")
def test_a_withdrawal_leads_on_to_its_undo_and_nobody_is_told_of_what_is_gone(services, browser):
    editor = browser("editor")
    looked = editor.get(f"{PAGE}/1/missing").text
    reading = f"/staff/jobs/{keeping.shown(1, services=services).job.number}"
    before = editor.get(reading).text
    job = send(editor, f"{PAGE}/1/withdraw", count="2", digest=digest_on(looked)).location
    Worker(services).run_until_idle()
    page, feeds, after = (editor.get(each).text for each in (job, PAGE, reading))
    change = re.search(r'href="(/staff/changes/\d+)"', page)[1]
    listed = editor.get(change).text
    send(editor, f"{change}/undo")
    back, undone = editor.get(job).text, editor.get(PAGE).text

    assert "See what is missing (2)" in before
    assert "See what is missing" not in after + page
    assert ("<dt>Withdrawn</dt><dd>2</dd>" in page, f'href="{PAGE}"' in page) == (True, True)
    assert ("<bdi>C</bdi>" in listed, "<bdi>D</bdi>" in listed, "Undo" in listed) == (True,) * 3
    assert ("2 products missing" in feeds, "2 withdrawn" in feeds) == (False, True)
    assert "See what is missing (2)" in back
    assert ("2 products<span" in undone, "withdrawn" in undone) == (True, False)


def test_a_new_feed_is_said_to_be_read_now_until_it_was(services, server, browser):
    admin = browser("admin")
    offer(server, "A")
    added = send(admin, PAGE, address=server.address("/feed.csv"), every="6h").location

    pages = [admin.get(added).text]
    beginning.start_due(services)
    pages.append(admin.get(added).text)
    Worker(services).run_until_idle()
    pages.append(admin.get(added).text)

    assert ["for the first time now, and then every 6h" in each for each in pages] == [1, 1, 0]
    assert ["next at" in each for each in pages] == [0, 0, 1]
    assert ["data-under-way" in each for each in pages] == [1, 1, 0]  # so that it renews itself


@pytest.mark.usefixtures("misses_two")
def test_the_page_of_a_feeds_job_stays_when_the_feed_is_removed(services, browser):
    reading = keeping.shown(1, services=services).job.number
    send(browser("admin"), f"{PAGE}/remove", name="127.0.0.1")

    page = browser("viewer").get(f"/staff/jobs/{reading}")

    assert (page.status_code, "2 products of before not in it" in page.text) == (200, True)


def test_a_file_that_seems_cut_off_is_read_anyway_from_its_jobs_page(services, server, browser):
    editor = browser("editor")
    send(browser("admin"), PAGE, address=server.address("/feed.csv"), every="6h")
    for named in ("ABCD", "A"):
        offer(server, *named)
        beginning.read_now(1, anyway=False, by=at_the_machine(), services=services)
        Worker(services).run_until_idle()
    job = keeping.shown(1, services=services).job.number
    page = editor.get(f"/staff/jobs/{job}").text

    again = send(editor, f"{PAGE}/run", name="127.0.0.1", anyway="1")
    after = editor.get(f"/staff/jobs/{job}").text

    assert "Yes, the file is whole" in page
    assert 'class="quiet" id="g-job"' in page  # going on would stop there again
    assert "Read anyway" not in browser("viewer").get(f"/staff/jobs/{job}").text
    assert again.status_code == 303
    assert "Read anyway" not in after  # another job reads it meanwhile


def digest_on(page):
    return re.search(r'name="digest" value="(\w+)"', page)[1]


@pytest.fixture
def misses_two(services, server, browser):
    """A feed of A to D whose file lacks C and D now."""
    send(browser("admin"), PAGE, address=server.address("/feed.csv"), every="6h", withdraws="1")
    for named in ("ABCD", "AB"):
        offer(server, *named)
        beginning.read_now(1, anyway=False, by=at_the_machine(), services=services)
        Worker(services).run_until_idle()


@pytest.mark.usefixtures("misses_two")
def test_products_that_are_ticked_stay_and_may_be_asked_about_again(browser):
    editor = browser("editor")
    page = f"{PAGE}/1/missing"
    none = send(editor, f"{PAGE}/1/keep")
    one = send(editor, f"{PAGE}/1/keep", sku="C")
    kept = editor.get(page).text
    send(editor, f"{PAGE}/1/keep", all="1", count="1", digest=digest_on(kept))
    all_kept = editor.get(page).text
    asked = send(editor, f"{PAGE}/1/ask-again")

    assert (none.status_code, one.status_code, asked.status_code) == (422, 303, 303)
    assert ("<bdi>C</bdi>" in kept, "<bdi>D</bdi>" in kept) == (False, True)
    assert "1 product is kept" in kept
    assert "Nothing is missing" in all_kept
    assert "Yes, withdraw 2 products" in editor.get(page).text


@pytest.mark.usefixtures("misses_two")
def test_what_is_missing_is_a_table_that_an_import_reads_again(browser):
    table = browser("viewer").get(f"{PAGE}/1/missing.csv")

    assert table.headers["Content-Disposition"] == "attachment; filename=missing-127.0.0.1.csv"
    rows = table.text.splitlines()
    assert [row.split(",")[0] for row in rows] == ['\ufeff"sku"', '"C"', '"D"']


@pytest.mark.usefixtures("misses_two")
def test_who_only_looks_can_withdraw_and_keep_nothing(browser):
    viewer = browser("viewer")

    shown = viewer.get(f"{PAGE}/1/missing").text
    refused = send(viewer, f"{PAGE}/1/withdraw", count="2")

    assert ("<bdi>C</bdi>" in shown, "Yes, " in shown) == (True, False)
    assert refused.status_code == 403


def test_a_feed_that_is_not_there_is_not_found(browser):
    assert browser("editor").get(f"{PAGE}/7/missing").status_code == 404


def test_a_page_reads_no_file_of_the_machine(services, browser, tmp_path):
    (tmp_path / "secret.csv").write_text("sku\nA\n")

    admin = browser("admin")

    refused = send(admin, PAGE, address=str(tmp_path / "secret.csv"), every="6h")
    by_scheme = send(admin, PAGE, address=f"file://{tmp_path}/secret.csv", every="6h", ending="csv")

    assert (refused.status_code, by_scheme.status_code) == (422, 422)
    assert "A feed lies at an address" in refused.text
    assert keeping.listed(services=services) == []


def test_only_an_admin_adds_and_removes_feeds(services, server, browser):
    admin, editor = browser("admin"), browser("editor")
    offer(server, "A")
    send(admin, PAGE, address=server.address("/feed.csv"), every="6h", name="supplier")

    added = send(editor, PAGE, address=server.address("/feed.csv"), every="6h", name="x")
    removed = send(editor, f"{PAGE}/remove", name="supplier")
    by_admin = send(admin, f"{PAGE}/remove", name="supplier")

    assert (added.status_code, removed.status_code, by_admin.status_code) == (403, 403, 303)
    assert keeping.listed(services=services) == []
