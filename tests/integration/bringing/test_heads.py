"""The head of the staff's pages: where each role may go, and where one is."""

import re

import pytest

from catalog.access.terms import Role
from service.access.actor import at_the_machine
from service.jobs import keeping

EDITORS = ["Overview", "Stock", "Review", "Duplicates", "Categories", "Changes", "Import", "Tag"]


def places(page):
    """Give the names of the places of a page, and the one that is marked with its mark."""
    head = page.partition('<nav aria-label="Staff">')[2].partition("</nav>")[0]
    names = re.findall(r"<a [^>]*>([^<]+)</a>", head)
    return names, re.findall(r'aria-current="(\w+)">([^<]+)<', head)


def test_a_viewer_is_not_led_to_where_only_others_can_do_something(come_in):
    of_viewers, _ = places(come_in(Role.VIEWER).get("/staff").text)
    of_editors, _ = places(come_in(Role.EDITOR).get("/staff").text)

    assert of_editors[:8] == EDITORS
    assert set(of_editors) - set(of_viewers) == {"Import", "Tag", "Review"}


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/staff/jobs", ("page", "Jobs")),
        ("/staff/jobs/{}", ("true", "Jobs")),
        ("/staff/jobs/{}/pictures", ("true", "Jobs")),
        ("/staff/jobs/987654", ("true", "Jobs")),
        ("/staff/feeds/1/missing", ("true", "Feeds")),
        ("/staff/stock/of/nothing", ("true", "Stock")),
        ("/staff/nowhere", None),
    ],
)
def test_the_place_in_which_a_page_lies_is_marked_on_pages_of_errors_too(
    editor, services, path, mark
):
    job = keeping.create("tag", {}, by=at_the_machine(), services=services, title="all")

    page = editor.get(path.format(job.number)).text

    assert places(page)[1] == ([mark] if mark else [])


def test_the_places_open_as_a_menu_without_a_script(editor):
    page = editor.get("/staff/feeds").text

    assert '<button type="button" class="quiet small menu" popovertarget="places">' in page
    assert '<div class="places" id="places" popover>' in page
