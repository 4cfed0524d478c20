"""The queue of duplicates worked by the keyboard, by touch and without a script."""

import pytest

from catalog.exported import stream_products
from service.duplicates.searching import find_all
from service.finding.browse import product_by_sku
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import build_services
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import WITHOUT_SCRIPT, fits
from tests.e2e.test_staff import access, come_in, invitation  # noqa: F401 -- fixtures
from tests.live_server import serving
from tests.stock_of_pictures import product_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop of its own, in which six products came once more."""
    with serving(tmp_path_factory.mktemp("duplicates")) as running:
        services = build_services(Settings(home=running.home))
        with services.database.reading() as session:
            shown = [each.digests[0] for each in stream_products(session)][:6]
        twice = [
            product_of(services, f"TWICE-{number}", services.store.open(digest), brand="Acme")
            for number, digest in enumerate(shown)
        ]
        record_batch(twice, services=services)
        find_all(services=services)
        services.close()
        yield running


def left(page):
    """Give how many wait."""
    return int(page.locator(".heading .left").inner_text().split()[-1])


def press(page, key):
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_pairs_are_decided_by_keys_and_the_last_is_undone(visit, invitation, server):  # noqa: F811
    page = visit.page
    come_in(page, invitation)
    page.get_by_role("link", name="Duplicates").click()
    waiting = left(page)
    page.keyboard.press("?")
    told = page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    gone = page.locator(".side").nth(1).locator(".help").inner_text()

    press(page, "Enter")
    merged = page.goto(f"/products/{gone}").url
    page.go_back()
    press(page, "u")
    after = left(page)
    press(page, "ArrowRight")
    second = page.locator(".heading .left").inner_text()
    press(page, "4")

    assert gone not in merged
    assert after == waiting
    assert second.startswith("2 of")
    assert left(page) == waiting - 1
    services = build_services(Settings(home=server.home))
    assert product_by_sku(gone, services=services).sku == gone
    services.close()
    for words in ("the left one stays", "Link as variants", "Dismiss"):
        assert words in told


@pytest.mark.parametrize(
    "visit", [PHONE, WITHOUT_SCRIPT], indirect=True, ids=["phone", "no script"]
)
def test_it_is_worked_by_touch_and_without_a_script(visit, invitation):  # noqa: F811
    page = visit.page
    come_in(page, invitation)
    page.goto("/staff/duplicates")
    waiting = left(page)
    assert fits(page)

    page.get_by_role("button", name="Two products").click()
    page.locator(".done").wait_for()
    after = left(page)
    page.locator("#many-decision").select_option("merge")
    page.get_by_role("button", name="See what that would do").click()

    assert after == waiting - 1
    assert "withdrawn" in page.locator(".effects").inner_text()
    assert fits(page)
