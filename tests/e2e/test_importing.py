"""New stock brought in on the pages, in a real browser against a real server with its worker."""

import csv
import io
import re
from zipfile import ZipFile

import pytest

from catalog.access.terms import Role
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.doors import PASSWORD
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import WITHOUT_SCRIPT, fits
from tests.fakes import plain_picture
from tests.live_server import serving

pytestmark = pytest.mark.browser

PATIENCE_MS = 90_000  # a worker loads a network first
HEAD = "Artikelnummer;Bezeichnung;Preis;Bild"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop whose server does background work, too."""
    with serving(tmp_path_factory.mktemp("importing"), ()) as running:
        yield running


@pytest.fixture
def page(visit, server, request):
    """A page of somebody who has come in."""
    services = build_services(Settings(home=server.home))
    access = build_access(services.settings, services.database)
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower())[-40:].strip("-")
    link = accounts.add_account(name, Role.EDITOR, 1, by=at_the_machine(), access=access)
    services.close()
    visit.page.goto(f"/staff/invited/{link.token}")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_label("The same once more").fill(PASSWORD)
    visit.page.get_by_role("button", name="Set it and come in").click()
    visit.page.wait_for_url("**/staff")
    return visit.page


def supplier_zip(prefix):
    """A table in a supplier's words with its pictures; two of its rows are at fault."""
    packed = io.BytesIO()
    rows = [f"{prefix}-{n};Hemd {n};1{n},90;bilder/{n}.png" for n in range(6)]
    rows += [f"{prefix}-8;Hose;teuer;bilder/0.png", f"{prefix}-9;Rock;9,90;bilder/none.png"]
    with ZipFile(packed, "w") as archive:
        archive.writestr("liste.csv", "\n".join([HEAD, *rows]))
        for n in range(6):
            archive.writestr(f"bilder/{n}.png", plain_picture((40 * n, 90, 200 - 30 * n), 64))
    return {"name": f"{prefix}.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}


EVERY_BROWSER = pytest.mark.parametrize(
    "visit", [WIDE, PHONE, WITHOUT_SCRIPT], indirect=True, ids=["wide", "phone", "no-script"]
)


@EVERY_BROWSER
def test_a_suppliers_zip_is_sent_mapped_checked_and_imported(page, request):
    prefix = request.node.callspec.id.upper()

    page.goto("/staff/import")
    assert fits(page)
    page.locator("input[type=file]").first.set_input_files(supplier_zip(prefix))
    if page.get_by_role("button", name="Send").is_visible():
        page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/staff/import/*")
    assert "Say below which column is the SKU" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("The first products").wait_for()
    assert fits(page)
    page.get_by_role("button", name="Check everything first").click()
    page.wait_for_url("**/staff/jobs/*")
    page.get_by_text("2 lines are refused").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Import it now").click()
    page.locator("h1", has_text=re.compile(f"^{prefix}.zip")).wait_for()
    page.get_by_text("2 lines are refused").wait_for(timeout=PATIENCE_MS)

    assert "6" in page.locator(".figures", has_text="New").inner_text()
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="All as CSV").click()
    refused = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row["sku"] for row in refused] == [f"{prefix}-8", f"{prefix}-9"]
    page.goto(f"/products/{prefix}-3")
    assert "Hemd 3" in page.locator("h1").inner_text()


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_the_keyboard_alone_imports_a_file(page):
    page.goto("/staff/import")
    page.locator("input[type=file]").first.set_input_files(supplier_zip("KEYS"))
    page.wait_for_url("**/staff/import/*")

    page.keyboard.press("l")
    page.get_by_text("The first products").wait_for()
    page.wait_for_load_state()  # by then the script hears keys
    page.keyboard.press("i")
    page.wait_for_url("**/staff/jobs/*")

    page.get_by_text("2 lines are refused").wait_for(timeout=PATIENCE_MS)


def answering(status, **headers):
    """Answer what is sent as a server in front of ours does, with a page of its own."""

    def answer(route):
        if route.request.method != "POST":
            return route.continue_()
        return route.fulfill(status=status, body="<h1>proxy</h1>", headers=headers)

    return answer


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_what_was_not_taken_is_told_with_what_to_do(page, visit):
    told = {}
    for status, leads in [
        (413, {}),
        (429, {}),
        (507, {}),
        (401, {}),
        (303, {"Location": "/staff/import/gone"}),
    ]:
        page.goto("/staff/import")
        page.route("**/staff/import", answering(status, **leads))
        page.locator("input[type=file]").first.set_input_files(supplier_zip("LOST"))
        told[status] = page.get_by_role("alert").inner_text()
        page.unroute("**/staff/import")

    assert "more than the server takes" in told[413]
    assert "Wait a minute" in told[429]
    assert "disk is full" in told[507]
    assert "signed out meanwhile" in told[401]
    assert "The file came, but could not be looked at" in told[303]
    assert len(visit.complaints) == 5  # the browser says each status, as it was
    visit.complaints.clear()
