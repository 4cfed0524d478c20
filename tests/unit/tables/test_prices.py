import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tables.prices import MAX_CENTS, cents_from_text, price_from_text, text_from_cents


@given(st.integers(0, MAX_CENTS))
def test_every_price_comes_back_to_the_cent(cents):
    assert cents_from_text(text_from_cents(cents)) == cents


SPACE, NARROW, DASH = "\u00a0", "\u202f", "\u2013"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *[("19.90", 1990), ("19,90", 1990), ("19.9", 1990), ("19", 1900), ("0.01", 1)],
        *[("0", 0), ("007.50", 750), ("999999999.99", MAX_CENTS), (".99", 99), (",5", 50)],
        *[("1.299,00", 129900), ("1,299.00", 129900), ("1'299.00", 129900), ("1 299,00", 129900)],
        *[("1\u2019299", 129900), ("1.234.567", 123456700), ("1,234,567.8", 123456780)],
        *[(f"1{SPACE}299,00", 129900), (f"1{NARROW}299", 129900), ("1 299", 129900)],
        *[("12,-", 1200), (f"12.{DASH}", 1200), ("1'299.-", 129900)],
        # Shops' programs keep four decimals or more; with three a point may stand for thousands.
        *[("19.9000", 1990), ("19.00000", 1900), ("0.500", 50), ("1234.500", 123450)],
    ],
)
def test_a_price_is_read_as_it_is_written(text, cents):
    assert price_from_text(text) == (cents, ())
    assert cents_from_text(text) == cents


@pytest.mark.parametrize(
    ("text", "cents", "codes"),
    [
        *[("€ 24.90", 2490, "EUR"), ("€24,90", 2490, "EUR"), ("49.95 EUR", 4995, "EUR")],
        *[(f"12,00{SPACE}€", 1200, "EUR"), ("eur 5", 500, "EUR"), ("5 Euro", 500, "EUR")],
        *[("£1,299.00", 129900, "GBP"), ("US$5", 500, "USD"), ("99 zł", 9900, "PLN")],
        *[("Fr.12", 1200, "CHF"), ("CHF 1'299.-", 129900, "CHF"), ("12,- €", 1200, "EUR")],
        *[("5 kr", 500, "DKK ISK NOK SEK"), ("¥ 1,299.00", 129900, "JPY CNY")],
    ],
)
def test_a_currency_beside_the_amount_is_told(text, cents, codes):
    assert price_from_text(text) == (cents, tuple(codes.split()))
    with pytest.raises(ValueError, match=r"written like 19\.90"):
        cents_from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        *["", "-1", "+1", "1e3", "NaN", "5.", "0x10", "1_000", "١٢", "５", "1\n2"],  # noqa: RUF001
        *["1,23,456.00", "01.234,00", "1.234,567", "12 34", "1.234 567", "19.90.", "12.50-"],
        *["EUR 5 EUR", "5 XYZ", "€", "ab 19.90", "19,90 €/m", "19.9001", "1'23", "$-5", "€ -5"],
    ],
)
def test_what_is_no_price_is_told(text):
    with pytest.raises(ValueError, match=r"written like 19\.90, with at most two decimals; got"):
        price_from_text(text)


@pytest.mark.parametrize("text", ["1.234", "1,234", "19.900", "€ 1.299", "19.999"])
def test_what_could_be_read_in_two_ways_is_no_price_and_both_are_told(text):
    with pytest.raises(ValueError, match=r"which may be \d{4,5}\.00 or \d{1,2}\.\d\d"):
        price_from_text(text)


@pytest.mark.parametrize("text", ["12. Mai", "12.05.2026", "Dec-05", "Mai 12", "05-déc", "12/5/26"])
def test_a_date_that_a_spreadsheet_made_of_a_price_is_told_as_that(text):
    with pytest.raises(ValueError, match=f"has made the date '{text}' of a price"):
        price_from_text(text)


@pytest.mark.parametrize("text", ["1000000000", "9" * 90, "1.000.000.000"])
def test_a_price_beyond_what_is_kept_is_refused(text):
    with pytest.raises(ValueError, match=r"at most 999999999\.99"):
        price_from_text(text)


styles = st.sampled_from([(".", ","), (",", "."), ("'", "."), (" ", ","), (SPACE, ","), ("", ",")])


@given(st.integers(0, MAX_CENTS), styles, st.sampled_from(["", "EUR", "€"]), st.booleans())
def test_every_price_is_read_in_every_country(cents, style, sign, is_before):
    thousands, point = style
    whole = f"{cents // 100:,}".replace(",", thousands)
    amount = f"{whole}{point}{cents % 100:02d}"
    text = f"{sign} {amount}" if is_before else f"{amount} {sign}"

    assert price_from_text(text) == (cents, ("EUR",) if sign else ())
