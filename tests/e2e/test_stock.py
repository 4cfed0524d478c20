"""The stock in a real browser: by mouse, by keyboard alone, on a phone, and without a script."""

import re

import pytest

from catalog.access.terms import Role
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import WITHOUT_SCRIPT, fits
from tests.e2e.test_staff import come_in

pytestmark = pytest.mark.browser

EVERY_BROWSER = pytest.mark.parametrize(
    "visit", [WIDE, PHONE, WITHOUT_SCRIPT], indirect=True, ids=["wide", "phone", "no script"]
)


@pytest.fixture
def page(server, request, visit):
    """A page of somebody whom no other test knows, and who may change products."""
    services = build_services(Settings(home=server.home))
    access = build_access(services.settings, services.database)
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower())[-40:].strip("-")
    link = accounts.add_account(name, Role.EDITOR, 1, by=at_the_machine(), access=access)
    come_in(visit.page, (name, f"/staff/invited/{link.token}"))
    yield visit.page
    accounts.remove_account(name, by=at_the_machine(), access=access)
    services.close()


def in_sight(locator):
    """Say whether something is on the screen, without scrolling there."""
    box, screen = locator.bounding_box(), locator.page.viewport_size
    return box["y"] >= 0 and box["y"] + box["height"] <= screen["height"]


@EVERY_BROWSER
def test_products_are_ticked_looked_at_changed_and_brought_back(page):
    page.goto("/staff/stock?text=red&sort=sku")
    assert fits(page)
    for number in range(3):
        page.locator("tbody").get_by_role("checkbox").nth(number).check()
    assert in_sight(page.get_by_role("button", name="Look at it first"))
    page.get_by_label("What").select_option("brand")
    page.get_by_label("To", exact=True).fill("Acme")
    page.get_by_role("button", name="Look at it first").click()
    assert fits(page)
    page.get_by_role("button", name="Change 3 products").click()
    page.get_by_text("Done: 3 products changed.").wait_for()
    assert fits(page)

    page.get_by_role("button", name="Undo").click()

    page.get_by_text("3 products brought back.").wait_for()
    page.goto("/staff/stock?brand=Acme")
    assert "No product is as you ask" in page.locator("main").inner_text()


@EVERY_BROWSER
def test_a_product_is_edited_and_its_edit_undone(page):
    page.goto("/staff/stock?text=g-001")
    page.get_by_role("link", name="Green shirt no 1", exact=True).click()
    assert fits(page)
    page.get_by_label("Size").fill("XL")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert page.get_by_label("Size").input_value() == "XL"

    page.get_by_role("link", name="Look at the changes").click()
    assert fits(page)
    page.locator("tbody tr").first.get_by_role("button").click()

    page.get_by_text("1 product brought back.").wait_for()
    page.goto("/staff/stock/of/G-001")
    assert page.get_by_label("Size").input_value() == ""


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_the_keyboard_alone_finds_ticks_changes_opens_and_undoes(page):
    press = page.keyboard.press
    page.goto("/staff/stock?sort=sku&down=0")
    press("/")
    page.keyboard.type("blue")
    press("Enter")
    page.wait_for_url("**text=blue**")
    press("ArrowDown")
    press("Space")
    press("ArrowDown")
    press("Space")
    assert page.locator("tbody input:checked").count() == 2
    with page.expect_download() as download:
        press("c")
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 3
    press("e")
    page.keyboard.type("brand")
    press("Tab")
    page.keyboard.type("Keys")
    press("Escape")
    press("v")
    page.get_by_role("button", name="Change 2 products").wait_for()
    press("y")
    page.get_by_text("Done: 2 products changed.").wait_for()
    press("u")
    page.get_by_text("2 products brought back.").wait_for()

    page.goto("/staff/stock?text=blue&sort=sku&down=0")
    press("ArrowDown")
    press("Enter")
    page.wait_for_url("**/staff/stock/of/**")
    press("?")

    assert "Save" in page.get_by_role("dialog").inner_text()
