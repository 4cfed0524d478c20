"""The page of the feeds."""

from dataclasses import replace

import pytest

from service.feeds import beginning, keeping
from service.web.app import create_app
from service.wiring import build_services
from service.worker.worker import Worker
from tests import picture_server as plays
from tests.doors import access_of, member, token_on
from tests.fakes import MeanColourEncoder, plain_picture

PAGE = "/staff/feeds"


@pytest.fixture(scope="module")
def server():
    with plays.picture_server() as server:
        server.answers["/red.png"] = plays.body(plain_picture((220, 20, 20)))
        yield server


@pytest.fixture
def services(settings, server):
    allowed = replace(settings, fetch_private=f"127.0.0.1:{server.port}", fetch_rate=1000)
    built = build_services(allowed, MeanColourEncoder())
    yield built
    built.close()


@pytest.fixture
def browser(services):
    """Give a function that opens a browser of somebody with a role."""
    access = access_of(services)
    app = create_app(services, access)

    def open_as(role):
        client = app.test_client()
        client.set_cookie("lookalike-session", member(role, role, access=access))
        return client

    return open_as


def send(client, to, **fields):
    return client.post(to, data={"form_token": token_on(client.get(PAGE).text), **fields})


def offer(server, *skus):
    red = server.address("/red.png")
    lines = ["sku,title,photo", *(f"{sku},{sku},{red}" for sku in skus)]
    server.answers["/feed.csv"] = plays.body("\n".join(lines).encode())


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
    wrong = send(editor, f"{PAGE}/withdraw", name="supplier", count="2")
    right = send(editor, f"{PAGE}/withdraw", name="supplier", count="1")
    Worker(services).run_until_idle()

    assert "There is no feed yet" in empty
    assert (added.status_code, read.status_code, right.status_code) == (303, 303, 303)
    assert "Yes, withdraw 1 product" in shown
    assert "Add a feed" not in shown
    assert wrong.status_code == 422
    assert "1 product missing from &#39;supplier&#39;, not 2" in wrong.text
    assert keeping.listed(services=services)[0].missing == 0


def test_a_page_reads_no_file_of_the_machine(services, browser, tmp_path):
    (tmp_path / "secret.csv").write_text("sku\nA\n")

    admin = browser("admin")

    refused = send(admin, PAGE, address=str(tmp_path / "secret.csv"), every="6h")
    by_scheme = send(admin, PAGE, address=f"file://{tmp_path}/secret.csv", every="6h", ending="csv")

    assert (refused.status_code, by_scheme.status_code) == (422, 422)
    assert "a feed lies at an address" in refused.text
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
