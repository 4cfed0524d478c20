"""What a shopper does, in a real browser against a real server."""

import base64
import re

import pytest

from tests.e2e.conftest import PHONE, WIDE
from tests.fakes import plain_picture

pytestmark = pytest.mark.browser

PIXELS = plain_picture((250, 20, 20), 64)
PICTURE = {"name": "mine.png", "mimeType": "image/png", "buffer": PIXELS}
WITHOUT_SCRIPT = WIDE | {"java_script_enabled": False}
EVERY_BROWSER = pytest.mark.parametrize(
    "visit", [WIDE, PHONE, WITHOUT_SCRIPT], indirect=True, ids=["wide", "phone", "no script"]
)
WITH_SCRIPT = pytest.mark.parametrize("visit", [WIDE, PHONE], indirect=True, ids=["wide", "phone"])

DROP = """([data, type, name]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const carrier = new DataTransfer();
  carrier.items.add(new File([bytes], name, { type }));
  const what = { bubbles: true, cancelable: true };
  if (%s) document.dispatchEvent(new ClipboardEvent("paste", { ...what, clipboardData: carrier }));
  else document.body.dispatchEvent(new DragEvent("drop", { ...what, dataTransfer: carrier }));
}"""


def give(page, picture=PICTURE):
    page.goto("/")
    page.set_input_files("#photo-file", files=[picture])
    if page.locator("#search-form button[type=submit]").is_visible():
        page.click("#search-form button[type=submit]")
    page.wait_for_url("**/search/*")


def narrow(page, *ticks, within=None):
    """Tick these in the filters and show what is left; on a phone a button opens the filters."""
    if page.get_by_role("button", name="Filters").is_visible():
        page.get_by_role("button", name="Filters").click()
    if within:
        page.locator("summary", has_text=within).click()
    for tick in ticks:
        page.get_by_label(tick, exact=True).check()
    page.get_by_role("button", name="Show").click()


def whole_rows(page):
    """Give how many of the products found are on the screen whole, without scrolling."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".card")].filter(
          (each) => each.getBoundingClientRect().bottom <= window.innerHeight).length"""
    )


def fits(page):
    """Say whether nothing sticks out of the screen's side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@EVERY_BROWSER
def test_a_photo_gets_a_category_and_similar_products_to_follow(visit):
    page = visit.page

    give(page)

    assert page.locator("h1").inner_text() in ("red", "green", "blue")
    assert "sure" in page.locator(".sure").inner_text()
    assert page.locator(".card").count() == 12
    title = page.locator(".card .title").first.inner_text()
    page.locator(".card .cover").first.click()
    page.wait_for_url("**/products/*")
    assert page.locator("h1").inner_text() == title
    assert page.locator(".card").count() == 12


@EVERY_BROWSER
def test_results_are_paged_and_narrowed_without_the_photo(visit):
    page = visit.page
    give(page)
    first = page.locator(".card .cover").first.get_attribute("href")

    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2**")
    second = page.locator(".card .cover").first.get_attribute("href")
    narrow(page, "In stock")
    page.wait_for_url("**in_stock=1**")

    assert first != second
    assert page.locator(".card").count() == 12
    assert page.locator(".sold-out").count() == 0


@EVERY_BROWSER
def test_results_are_narrowed_to_several_colours(visit):
    page = visit.page
    give(page)

    narrow(page, "red", "green", within="Colour")
    page.wait_for_url("**colour=red**")

    assert "40 products" in page.locator(".heading").inner_text()
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2**")
    words = {each.inner_text() for each in page.locator(".card .colour").all()}
    assert words == {"red", "green"}


@EVERY_BROWSER
def test_the_colour_of_a_photo_is_one_click_away(visit):
    page = visit.page
    give(page)

    assert page.locator(".answer .colour").inner_text() == "red"
    page.get_by_role("link", name="Only red").click()
    page.wait_for_url("**colour=red**")

    assert {each.inner_text() for each in page.locator(".card .colour").all()} == {"red"}
    assert page.get_by_role("link", name="Only red").count() == 0


@EVERY_BROWSER
def test_a_shopper_may_go_by_the_look(visit):
    page = visit.page
    give(page)

    page.get_by_role("link", name="Same look").click()
    page.wait_for_url("**weight=look**")
    narrow(page, "In stock")
    page.wait_for_url("**in_stock=1**")

    assert "weight=look" in page.url
    assert page.locator(".weights [aria-current]").inner_text() == "Same look"


@WITH_SCRIPT
def test_the_first_row_of_results_is_whole_without_scrolling(visit):
    page = visit.page

    give(page)

    page.get_by_alt_text("Your photo").wait_for(state="visible")
    assert whole_rows(page) >= (2 if page.viewport_size["width"] < 500 else 5)


@EVERY_BROWSER
def test_a_category_is_browsed_page_by_page(visit):
    page = visit.page
    page.goto("/")

    category = page.locator(".aisles a").first
    name = category.locator("span").first.inner_text()
    total = int(category.locator(".number").inner_text())
    category.click()
    page.wait_for_url("**/browse?category=*")

    assert page.locator("h1").inner_text() == name
    seen = page.locator(".card").count()
    while page.get_by_role("link", name="Next").count():
        page.get_by_role("link", name="Next").click()
        page.wait_for_load_state()
        seen += page.locator(".card").count()
    assert seen == total


@EVERY_BROWSER
def test_a_sample_finds_more_like_it(visit):
    page = visit.page
    page.goto("/")

    page.locator(".samples a").first.click()

    page.wait_for_url("**/similar")
    assert page.get_by_text("More like", exact=True).is_visible()
    assert page.locator(".card").count() == 12


@WITH_SCRIPT
def test_the_shopper_sees_the_own_photo_which_the_server_never_sends(visit):
    page = visit.page

    give(page)

    own = page.get_by_alt_text("Your photo")
    own.wait_for(state="visible")
    assert own.get_attribute("src").startswith("data:image/")
    page.reload()
    page.get_by_alt_text("Your photo").wait_for(state="visible")


@pytest.mark.parametrize("pasted", [False, True], ids=["dropped", "pasted"])
def test_a_photo_can_be_dropped_or_pasted_anywhere(visit, pasted):
    page = visit.page
    page.goto("/")
    data = base64.b64encode(PIXELS).decode()

    page.evaluate(DROP % str(pasted).lower(), [data, "image/png", "mine.png"])

    page.wait_for_url("**/search/*")
    assert page.locator(".card").count() == 12


def test_what_is_no_picture_is_refused_before_it_is_sent(visit):
    page = visit.page
    page.goto("/")
    data = base64.b64encode(b"some words").decode()

    page.evaluate(DROP % "false", [data, "text/plain", "words.txt"])

    assert "not a picture" in page.get_by_role("alert").inner_text()
    assert page.url.endswith("/")


def test_too_large_a_photo_is_refused_before_it_is_sent(visit):
    page = visit.page
    page.goto("/")

    page.set_input_files(
        "#photo-file",
        files=[{"name": "big.png", "mimeType": "image/png", "buffer": bytes(3 * 1024 * 1024)}],
    )

    assert "at most 2 MB" in page.get_by_role("alert").inner_text()


def test_everything_can_be_reached_by_keyboard(visit):
    page = visit.page
    page.goto("/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.href"))
    assert reached[0] == "photo-file"
    sample = next(each for each in reached if each.endswith("/similar"))
    while page.evaluate("document.activeElement.href || ''") != sample:
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/similar")
    assert re.search(r"Looks like it", page.content())


@WITH_SCRIPT
@pytest.mark.parametrize(
    "address",
    ["/", "/browse", "/browse?category=red&text=nothing", "/products/R-000", "/api/v1/docs"],
)
def test_nothing_sticks_out_of_the_screen(visit, address):
    visit.page.goto(address)

    assert fits(visit.page)


@WITH_SCRIPT
def test_results_fit_the_screen_too(visit):
    give(visit.page)

    assert fits(visit.page)


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_a_phone_offers_its_camera(visit):
    visit.page.goto("/")

    assert visit.page.get_by_text("Take a photo").is_visible()
    assert visit.page.locator("#photo-camera").get_attribute("capture") == "environment"


def test_a_desk_offers_no_camera(visit):
    visit.page.goto("/")

    assert not visit.page.get_by_text("Take a photo").is_visible()
