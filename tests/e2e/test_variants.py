"""Variants and pictures of one product, in a real browser against a real server."""

from contextlib import closing

import pytest

from service.settings.environment import Settings
from service.stock.record import ProductRecord, record_batch
from service.wiring import build_services
from tests.e2e.conftest import PHONE, WIDE
from tests.live_server import serving
from tests.shop import photo
from tests.waiting import until

pytestmark = pytest.mark.browser

WITHOUT_SCRIPT = WIDE | {"java_script_enabled": False}
EVERY_BROWSER = pytest.mark.parametrize(
    "visit", [WIDE, PHONE, WITHOUT_SCRIPT], indirect=True, ids=["wide", "phone", "no script"]
)
PICTURES = ((250, 10, 10), (10, 250, 10), (10, 10, 250))
STYLE = {"R-000": ("Ruby", "S"), "R-003": ("Ruby", "M"), "R-006": ("Wine", "M")}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop in which three products are one style, one of them with three pictures."""
    folder = tmp_path_factory.mktemp("variants")
    with serving(folder) as running:
        settings = Settings(home=running.home, bundle=str(folder / "bundle"))
        with closing(build_services(settings)) as services:
            items = [
                ProductRecord(sku, {"style": "Tee", "shop_colour": colour, "size": size})
                for sku, (colour, size) in STYLE.items()
            ]
            pictures = tuple(photo(services, each) for each in PICTURES)
            record_batch([*items, ProductRecord("R-009", photos=pictures)], services=services)
        yield running


def rests_at(page, number):
    """Wait till a picture of the gallery, from 1, fills its window, and say whether it stays."""
    until(lambda: shown(page) == number)
    page.wait_for_timeout(300)
    return shown(page) == number


def shown(page):
    """Say which picture of the gallery fills its window now, from 1; 0 between two."""
    return page.locator(".pictures").evaluate(
        """(each) => 1 + [...each.children].findIndex((picture) => Math.abs(
          picture.getBoundingClientRect().left - each.getBoundingClientRect().left) < 60)"""
    )


@EVERY_BROWSER
def test_a_style_is_one_card_that_leads_to_each_of_its_variants(visit):
    page = visit.page
    page.goto("/browse?text=red&max_price=18")

    card = page.locator(".card", has_text="3 variants")
    assert card.count() == 1
    card.locator(".cover").click()
    page.wait_for_url("**/products/R-006")
    others = page.locator(".variants li")
    assert [each.inner_text().split("\n")[0] for each in others.all()] == ["Ruby · S", "Ruby · M"]
    page.get_by_role("link", name="Ruby · S").click()
    page.wait_for_url("**/products/R-000")
    assert page.locator(".variants li").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@EVERY_BROWSER
def test_pictures_are_walked_by_arrow_keys_and_chosen_by_their_small_ones(visit):
    page = visit.page
    page.goto("/products/R-009")

    assert rests_at(page, 1)
    page.locator(".pictures").focus()
    page.keyboard.press("ArrowRight")
    assert rests_at(page, 2)
    page.locator(".thumbs a").nth(2).click()
    assert rests_at(page, 3)
    page.locator(".thumbs a").first.focus()
    page.keyboard.press("Enter")
    assert rests_at(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
