"""The shop's staff, in a real browser against a real server: in, around and out."""

import re

import pytest

from catalog.access.terms import Role
from service.access import accounts, keys
from service.access.actor import at_the_machine
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.doors import PASSWORD
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.test_shopping import WITHOUT_SCRIPT, fits

pytestmark = pytest.mark.browser

EVERY_BROWSER = pytest.mark.parametrize(
    "visit", [WIDE, PHONE, WITHOUT_SCRIPT], indirect=True, ids=["wide", "phone", "no script"]
)


@pytest.fixture
def access(server):
    """The accounts and keys of the running shop, as somebody at the machine has them."""
    services = build_services(Settings(home=server.home))
    yield build_access(services.settings, services.database)
    services.close()


@pytest.fixture
def invitation(access, request):
    """Invite somebody whom no other test knows; gives the name and the address of the link."""
    name = re.sub(r"[^a-z]+", "-", request.node.name.lower())[-40:].strip("-")
    link = accounts.add_account(name, Role.ADMIN, 1, by=at_the_machine(), access=access)
    yield name, f"/staff/invited/{link.token}"
    accounts.remove_account(name, by=at_the_machine(), access=access)


def come_in(page, invitation):
    page.goto(invitation[1])
    assert fits(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set it and come in").click()
    page.wait_for_url("**/staff")


def go_by_the_menu(page, role, name):
    """Press what the head has; on a phone it is in a menu, which opens without a script, too."""
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        assert not page.get_by_role(role, name=name, exact=True).is_visible()
        menu.click()
    page.get_by_role(role, name=name, exact=True).click()


@EVERY_BROWSER
def test_somebody_invited_comes_in_leaves_and_signs_in_again(visit, invitation):
    page, (name, _) = visit.page, invitation

    come_in(page, invitation)
    assert name in page.locator(".who").text_content()
    assert "60" in page.locator(".figures").inner_text()
    go_by_the_menu(page, "button", "Sign out")
    page.wait_for_url("**/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    assert "No account has this name" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == name
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff")

    assert [each for each in visit.complaints if "401" not in each] == []
    visit.complaints.clear()  # the browser says that an answer was a 401, as it was


@EVERY_BROWSER
def test_an_admin_invites_draws_a_key_and_reads_of_it(visit, invitation, access):
    page, new = visit.page, f"new-{invitation[0]}"[:40]
    come_in(page, invitation)

    go_by_the_menu(page, "link", "Users")
    page.get_by_label("Name").fill(new)
    page.get_by_label("Role", exact=False).last.select_option("editor")
    page.get_by_role("button", name="Add and make a link").click()
    assert "/staff/invited/" in page.get_by_label("The link").input_value()
    copy = page.get_by_role("button", name="Copy")
    assert copy.is_visible() == page.evaluate("document.documentElement.matches('.js')")
    assert fits(page)
    go_by_the_menu(page, "link", "Keys")
    page.get_by_label("Name").fill(new)
    page.get_by_label("read", exact=True).check()
    page.get_by_role("button", name="Draw the key").click()
    key = page.get_by_label("The key").input_value()
    assert fits(page)
    [drawn] = [each for each in keys.listed_keys(access=access) if each.name == new]
    assert key.startswith(f"{drawn.prefix}_")
    page.goto(f"/staff/audit?actor={invitation[0]}")

    told = page.locator("tbody").inner_text()
    assert "added an account" in told
    assert drawn.prefix in told
    assert fits(page)
    accounts.remove_account(new, by=at_the_machine(), access=access)


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_the_keyboard_alone_revokes_a_key(visit, invitation, access):
    page = visit.page
    wish = keys.KeyWish(invitation[0], ("read",))
    drawn = keys.create_key(wish, by=at_the_machine(), access=access)
    come_in(page, invitation)
    page.goto("/staff/keys")

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip().startswith("Revoke"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("revoked 20").first.wait_for()

    [listed] = [each for each in keys.listed_keys(access=access) if each.prefix == drawn.prefix]
    assert not listed.opens


@pytest.mark.parametrize("visit", [WIDE], indirect=True, ids=["wide"])
def test_a_form_of_another_site_changes_nothing(visit, invitation, server):
    page = visit.page
    come_in(page, invitation)
    address = f"{server.url}/staff/sign-out-everywhere"

    page.goto(f"data:text/html,<form method=post action={address}><button>Win</button></form>")
    with page.expect_navigation():
        page.get_by_role("button", name="Win").click()
    refused = page.locator("h1").inner_text()
    page.goto("/staff")

    assert refused == "An account or a key is needed"  # the cookie did not go along
    assert page.locator("h1").inner_text() == "How the shop stands"
    visit.complaints.clear()  # the browser says that the answer was a 401
