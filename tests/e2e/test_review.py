"""The review queue worked by the keyboard alone, in a real browser against a real server."""

import re

import pytest

from service.finding.browse import product_by_sku
from service.settings.environment import Settings
from service.wiring import build_services
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import WITHOUT_SCRIPT, fits
from tests.e2e.test_staff import access, come_in, invitation  # noqa: F401 -- fixtures
from tests.live_server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop whose staff are asked about every product."""
    with serving(tmp_path_factory.mktemp("review"), review_below="100") as running:
        yield running


@pytest.fixture
def services(server):
    """The running shop, as somebody at the machine has it."""
    built = build_services(Settings(home=server.home))
    yield built
    built.close()


def sku(page):
    return page.locator(".review input[name=sku]").first.input_value()


def category(services, of):
    return product_by_sku(of, services=services).human_category


def are_whole(page):
    """Whether no category is cut."""
    cut = (
        "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.innerText)"
    )
    return page.locator(".answers .name").evaluate_all(cut) == []


def press(page, key):
    """Press a key that sends a form, and wait for the next question."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_twenty_pictures_are_reviewed_by_keys_and_two_taken_back(visit, invitation, services):  # noqa: F811
    page, said = visit.page, {}
    come_in(page, invitation)
    page.get_by_role("link", name="Review").click()
    page.wait_for_url(re.compile("/staff/review$"))
    page.keyboard.press("?")
    told = page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")

    for number in range(20):
        asked = sku(page)
        assert asked not in said
        key = ("Enter", "1", "2", "3", "0")[number % 5]
        button = page.locator(f"[data-key~='{key}']")
        said[asked] = button.get_attribute("value")
        press(page, key)
    for _ in range(2):
        back = list(said)[-1]
        press(page, "u")
        assert sku(page) == back
        assert category(services, back) is None
        said.pop(back)

    assert {each: category(services, each) for each in said} == said
    assert "18 by you" in page.locator(".told").inner_text()
    asked = sku(page)
    page.keyboard.press("/")
    page.keyboard.type("Kaftan 1")  # no digit counts while one writes
    press(page, "Enter")
    assert category(services, asked) == "Kaftan 1"
    skipped = sku(page)
    press(page, "s")
    assert sku(page) not in (asked, skipped)
    assert "was skipped" in page.locator(".last").inner_text()
    for words in ("right as it is", "Skip: it comes again", "Type another"):
        assert words in told


@pytest.mark.parametrize(
    "visit", [PHONE, WITHOUT_SCRIPT], indirect=True, ids=["phone", "no script"]
)
def test_it_is_worked_by_touch_and_without_a_script(visit, invitation, services):  # noqa: F811
    page = visit.page
    come_in(page, invitation)
    page.goto("/staff/review")
    asked = sku(page)
    assert fits(page)
    assert are_whole(page)
    assert page.locator("[data-keys-show]").count() == 1
    assert page.locator("[data-keys-show]:visible").count() == 0  # nobody has keys to press there

    first = page.locator(".answers button").first
    meant = first.get_attribute("value")
    first.click()
    page.wait_for_url(re.compile("/staff/review$"))
    page.locator(".last", has_text=asked).wait_for()
    said = category(services, asked)
    page.get_by_role("button", name="Undo").click()
    page.locator(".last", has_text=asked).wait_for(state="detached")

    assert said == meant
    assert sku(page) == asked
    assert fits(page)
    page.set_viewport_size({"width": 1024, "height": 768})  # a tablet: wide, and no keys either
    assert are_whole(page)
