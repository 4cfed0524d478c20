import pytest

from service.finding.results import DEEPEST, last_page


@pytest.mark.parametrize(
    ("total", "per_page", "expected"),
    [(0, 24, 1), (1, 24, 1), (24, 24, 1), (25, 24, 2), (DEEPEST, 100, 100)],
)
def test_the_last_page_is_the_one_that_ends_the_results(total, per_page, expected):
    assert last_page(total, per_page) == expected


@pytest.mark.parametrize("per_page", [1, 7, 24, 100])
def test_no_page_lies_beyond_what_can_be_paged_to(per_page):
    last = last_page(10 * DEEPEST, per_page)

    assert last * per_page <= DEEPEST < (last + 1) * per_page
