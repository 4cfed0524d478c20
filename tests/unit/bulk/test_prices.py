import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.prices import MAX_CENTS, cents_from_text, text_from_cents


@given(st.integers(0, MAX_CENTS))
def test_every_price_comes_back_to_the_cent(cents):
    assert cents_from_text(text_from_cents(cents)) == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *[("19.90", 1990), ("19,90", 1990), ("19.9", 1990), ("19", 1900), ("0.01", 1)],
        *[("0", 0), ("007.50", 750), ("999999999.99", MAX_CENTS)],
    ],
)
def test_a_price_is_read_as_it_is_written(text, cents):
    assert cents_from_text(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        *["", "-1", "+1", "1.999", "1,234.50", "1.234,50", "1 000", "€5", "5 EUR", "1e3", "NaN"],
        *[".5", "5.", "0x10", "1_000", "١٢", "５", "1000000000"],  # noqa: RUF001
    ],
)
def test_what_could_be_read_in_two_ways_is_no_price(text):
    with pytest.raises(ValueError, match=r"written like 19\.90"):
        cents_from_text(text)
