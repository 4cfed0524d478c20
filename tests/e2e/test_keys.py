"""The keyboard of the staff's pages, pressed in a real browser on a page that declares keys."""

import pytest

from tests.e2e.conftest import WIDE, Visit

pytestmark = pytest.mark.browser

ROWS = "".join(
    f"""<li data-keys-item id="row{n}"><input type="checkbox" id="box{n}" aria-label="Row {n}">
    <a href="#opened{n}">Row {n}</a>
    <button type="button" data-key="m" value="merge {n}">Merge</button></li>"""
    for n in range(1, 6)
)
PAGE = f"""<!doctype html><html lang="en"><title>Keys</title>
<script src="/static/keys.js"></script><script src="/static/keys_help.js"></script>
<body><button type="button" data-keys-show hidden>Keys</button>
<main data-keys-group="Sorting">
<button type="button" data-key="1" value="dress">Dress <kbd>1</kbd></button>
<button type="button" data-key="s n" value="skip" data-keys-help="Leave it for later">Skip</button>
<button type="button" data-key="x" value="never" disabled>Never</button>
<a data-key="Enter" href="#first">The first</a>
<label>Find <input type="text" data-key="/" id="find"></label>
</main>
<ul data-keys-list data-keys-help="Go along the rows">{ROWS}</ul><pre></pre></body></html>"""
HEARD = """() => document.addEventListener("click", (event) => {
  if (event.target.value && event.target.matches("button")) {
    document.querySelector("pre").textContent += event.target.value + ";";
  }
})"""


@pytest.fixture(scope="module")
def opened(browser, server):
    """One browser for all of these tests: nothing but the keys' switch is kept between them."""
    context = browser.new_context(base_url=server.url, **WIDE)
    visit = Visit(context.new_page(), server.url)
    yield visit
    context.close()
    assert visit.complaints == []


@pytest.fixture
def page(opened):
    """A page of the shop's own address that declares keys, and says which buttons were clicked."""
    page = opened.page
    page.route("**/trial-of-keys", lambda to: to.fulfill(body=PAGE, content_type="text/html"))
    page.goto("/trial-of-keys")
    page.evaluate(HEARD)
    return page


def clicked(page):
    return page.locator("pre").inner_text()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def ticked(page):
    boxes = page.locator("li input")
    return [n for n, box in enumerate(boxes.all(), 1) if box.is_checked()]


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_key_does_what_its_element_does(page):
    press(page, "1", "s", "n", "x", "q")

    assert clicked(page) == "dress;skip;skip;"
    press(page, "Enter")
    page.wait_for_url("**#first")


def test_no_key_counts_while_somebody_writes_or_holds_another(page):
    press(page, "/")
    assert focused(page) == "find"
    press(page, "1", "s", "?")
    press(page, "Escape", "Control+s", "Alt+1", "Meta+n", "Shift+S")

    assert page.locator("#find").input_value() == "1s?"
    assert clicked(page) == ""
    assert page.locator("dialog").count() == 0
    press(page, "1")
    assert clicked(page) == "dress;"


def test_a_focused_link_or_button_keeps_its_own_enter(page):
    page.locator("#row2 a").focus()
    press(page, "Enter")

    page.wait_for_url("**#opened2")


def test_other_layouts_and_capitals_mean_the_same_keys(page):
    for key, code in (("&", "Digit1"), ("ы", "KeyS"), ("S", "KeyS")):
        page.evaluate(
            """([key, code]) => document.body.dispatchEvent(
                new KeyboardEvent("keydown", { key, code, bubbles: true }))""",
            [key, code],
        )

    assert clicked(page) == "dress;skip;skip;"


def test_arrows_go_along_a_list_and_stop_at_its_ends(page):
    went = []
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowUp", "Home", "ArrowUp"):
        press(page, key)
        went.append(focused(page))

    assert went == ["row1", "row2", "row5", "row5", "row4", "row1", "row1"]
    assert page.locator("li[tabindex='0']").count() == 1


def test_space_selects_and_with_shift_all_between(page):
    press(page, "ArrowDown", "ArrowDown", "Space", "ArrowDown", "ArrowDown", "Shift+Space")
    assert ticked(page) == [2, 3, 4]
    assert page.get_by_role("status").inner_text() == "Selected. 3 of 5 are."

    press(page, "Space")
    assert ticked(page) == [2, 3]
    page.locator("#box1").click()
    page.locator("#box5").click(modifiers=["Shift"])
    assert ticked(page) == [1, 2, 3, 4, 5]


def test_enter_opens_the_item_and_its_keys_are_of_it(page):
    press(page, "ArrowDown", "ArrowDown", "ArrowDown", "m")
    assert clicked(page) == "merge 3;"

    press(page, "Enter")
    page.wait_for_url("**#opened3")


def test_the_help_says_what_the_page_declares_and_switches_the_keys_off(page):
    press(page, "?")
    told = page.get_by_role("dialog", name="Keys").inner_text()
    press(page, "1")
    assert clicked(page) == ""  # behind the dialog nothing counts
    for words in ("Sorting", "Dress", "Leave it for later", "Go along the rows", "Merge", "Select"):
        assert told.count(words) == 1, told
    assert "Never" not in told

    page.get_by_label("Use these keys").uncheck()
    press(page, "Escape", "1", "?")
    assert clicked(page) == ""
    assert page.locator("dialog[open]").count() == 0
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").check()
    page.get_by_role("button", name="Close").click()
    press(page, "1")
    assert clicked(page) == "dress;"


def test_what_is_added_later_counts_too(page):
    page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend",
        '<button type="button" data-key="9" value="new">New</button>')""")
    press(page, "9", "?")

    assert clicked(page) == "new;"
    assert "New" in page.get_by_role("dialog").inner_text()
