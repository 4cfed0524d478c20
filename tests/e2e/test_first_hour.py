"""The first hour of somebody new, in one go: a supplier's ZIP in, looked through, and out again."""

import csv
import io
import re
from zipfile import ZipFile

import pytest

from tests.doors import PASSWORD
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import fits
from tests.e2e.test_staff import (  # noqa: F401 -- fixtures
    access,
    come_in,
    go_by_the_menu,
    invitation,
)
from tests.fakes import image_bytes
from tests.live_server import serving
from tests.patterns import garment

pytestmark = pytest.mark.browser

PATIENCE_MS = 90_000  # a worker loads a network first
NEW = 5  # products of the ZIP; the last two of them show the same picture
REVIEWED = {"wide": 20, "phone": 3}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop with its worker, whose staff are asked about every product."""
    with serving(tmp_path_factory.mktemp("hour"), (), review_below="100") as running:
        yield running


def supplier_zip(prefix, first):
    """A table in a supplier's words with its pictures; one of its prices is none."""
    packed = io.BytesIO()
    pictures = [*range(NEW - 1), NEW - 2]
    rows = [f"{prefix}-{n};Hemd {n};1{n},90;bilder/{pictures[n]}.png" for n in range(NEW)]
    rows.append(f"{prefix}-9;Hose;teuer;bilder/0.png")
    with ZipFile(packed, "w") as archive:
        archive.writestr("liste.csv", "\n".join(["Artikelnummer;Bezeichnung;Preis;Bild", *rows]))
        for n in range(NEW - 1):
            archive.writestr(f"bilder/{n}.png", image_bytes(garment(first + n)))
    return {"name": f"{prefix}.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}


def do(page, key, button):
    """Press a key, or its button where there are no keys; wait for the next page."""
    with page.expect_navigation():
        if page.viewport_size["width"] > 500:
            page.keyboard.press(key)
        else:
            button.tap()


def sign_out_and_in(page, name):
    go_by_the_menu(page, "button", "Sign out")
    page.wait_for_url("**/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff")


def import_it(page, prefix, first):
    go_by_the_menu(page, "link", "Import")
    page.locator("input[type=file]").first.set_input_files(supplier_zip(prefix, first))
    page.wait_for_url("**/staff/import/*")
    assert fits(page)
    do(page, "l", page.get_by_role("button", name="Look again"))
    page.get_by_text("The first products").wait_for()
    do(page, "i", page.get_by_role("button", name=re.compile("^Import")).first)
    page.wait_for_url("**/staff/jobs/*")
    # The page follows by itself, until it is over.
    page.locator("#job:not([data-under-way])").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("1 line is refused").wait_for()
    assert fits(page)


def merge(page, prefix):
    """Merge the pair of the ZIP; give the SKU of the one that went."""
    page.goto(f"/staff/duplicates?sku={prefix}-{NEW - 1}")
    assert fits(page)
    do(page, "1", page.get_by_role("button", name="Keep the left one"))
    [stays, goes] = [f"{prefix}-{n}" for n in (NEW - 2, NEW - 1)]
    told = page.locator(".done").inner_text()
    return goes if f"'{goes}' merged" in told else stays


def review(page, times):
    """Say that pictures are right as they are; give the SKUs."""
    page.goto("/staff/review")
    said = []
    for _ in range(times):
        said.append(page.locator(".review input[name=sku]").first.input_value())
        do(page, "Enter", page.locator(".answers button").first)
    assert fits(page)
    return said


@pytest.mark.parametrize(
    ("visit", "form", "first"),
    [(WIDE, "wide", 100), (PHONE, "phone", 200)],
    indirect=["visit"],
    ids=["wide", "phone"],
)
def test_a_suppliers_zip_becomes_products_that_are_looked_through(visit, invitation, form, first):  # noqa: F811
    page, prefix = visit.page, form.upper()

    come_in(page, invitation)
    sign_out_and_in(page, invitation[0])
    import_it(page, prefix, first)
    gone = merge(page, prefix)
    reviewed = review(page, REVIEWED[form])
    do(page, "u", page.get_by_role("button", name="Undo"))
    back = page.locator(".review input[name=sku]").first.input_value()
    page.goto("/staff/changes")
    assert fits(page)
    page.locator("tbody tr", has_text=f"'{gone}' merged").get_by_role("button").click()
    page.get_by_text("brought back").first.wait_for()
    page.goto(f"/staff/stock?text={prefix}")
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("CSV")).first.click()

    table = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")))
    assert sorted(row["sku"] for row in table) == [f"{prefix}-{n}" for n in range(NEW)]
    assert back == reviewed[-1]
    assert len(set(reviewed)) == REVIEWED[form]
