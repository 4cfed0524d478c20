"""How numbers and addresses read on a page."""

import pytest

from service.web.pages.jinja_filters import about, count, percent, plural, price, web_address


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [
        (1990, "EUR", "€19.90"),
        (123456, "USD", "$1,234.56"),
        (5, "GBP", "£0.05"),
        (1990, "CHF", "19.90 CHF"),
        (0, None, "0.00"),
        (129900, "JPY", "¥1,299"),
        (129900, "KRW", "1,299 KRW"),
        (129950, "KRW", "1,299.50 KRW"),
    ],
)
def test_a_price_reads_as_in_a_shop(cents, currency, said):
    assert price(cents, currency) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.934, "93 %"), (0.9999, "99 %"), (1.0, "100 %"), (0.001, "under 1 %"), (0.0, "0 %")],
)
def test_only_what_is_certain_is_a_hundred_percent(share, said):
    assert percent(share) == said


def test_numbers_come_with_their_noun():
    assert plural(1, "product") == "1 product"
    assert plural(10000, "product") == "10,000 products"
    assert plural(2, "category", "categories") == "2 categories"
    assert count(70000) == "70,000"


def test_a_number_that_goes_up_and_down_by_a_few_reads_the_same():
    assert {about(number) for number in (95, 94, 93, 92)} == {"about 90"}
    assert about(12) == "12"
    assert about(153) == "about 150"
    assert about(12_345) == "about 12,000"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", "", None])
def test_only_web_addresses_are_linked_to(url):
    assert web_address(url) is None


def test_a_shops_address_is_linked_to():
    assert web_address("https://shop.example/a") == "https://shop.example/a"
