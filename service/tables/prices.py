"""Prices as text and as whole cents, without a float between them."""

import re
from typing import NamedTuple

from service.tables.currencies import codes_of

MAX_CENTS = 10**11 - 1  # 999,999,999.99
_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]+")
# A point behind a letter ends an abbreviation, as in Fr.5, and begins no decimals.
_FIRST_DIGIT = re.compile(r"(?<![^\W0-9])[.,]?[0-9]")
_LAST_DIGIT = re.compile(r"[0-9](?:[.,](?=[-\u2013\u2014]))?(?!.*[0-9])", re.S)
_NO_CENTS = re.compile("[-\u2013\u2014]+")  # 12,- is 12
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?|[.,]([0-9]{1,2})")
_GROUPED = re.compile(
    r"([1-9][0-9]{0,2}(?:([.,'\u2019 ])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]{1,2}))?"
)
_MONTHS = (
    "jan|feb|mar|m\u00e4r|mrz|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez|"
    "fev|f\u00e9v|avr|jui|ao\u00fb|d\u00e9c|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|maa|mei"
)
_DATE = re.compile(
    rf"[0-9]{{1,4}}([./-])[0-9]{{1,2}}\1[0-9]{{1,4}}|[0-9]{{1,4}}[. -]+(?:{_MONTHS})[^\W0-9_]*.*"
    rf"|(?:{_MONTHS})[^\W0-9_]*[. -]+[0-9]{{1,4}}",
    re.I,
)


class Price(NamedTuple):
    """An amount, and the currencies that its text may mean."""

    cents: int
    currencies: tuple[str, ...]  # ISO 4217; none where it is a mere number


def price_from_text(text: str) -> Price:
    """Read `19.90`, `1.299,00`, `€ 1'299.-` or `49.95 EUR`: what can be read in one way.

    Raises:
        ValueError: it is no price, or it can be read in two ways, as `1.299` can.
    """
    first, last = _FIRST_DIGIT.search(text), _LAST_DIGIT.search(text)
    if first is None or last is None:
        raise ValueError(_no_price(text))
    before, amount = text[: first.start()].strip(), text[first.start() : last.end()]
    after = text[last.end() :].strip()
    if (whole := amount.rstrip(".,")) != amount:  # what is left behind it are dashes
        amount, after = whole, _NO_CENTS.sub("", after, count=1).strip()
    signs = [sign for sign in (before, after) if sign]
    codes = codes_of(signs[0]) if signs else ()
    if len(signs) > 1 or (signs and not codes):
        raise ValueError(_no_price(text))
    return Price(_cents(_SPACES.sub(" ", amount), text), codes)


def cents_from_text(text: str) -> int:
    """Read an amount without a currency. Raises: ValueError, as `price_from_text` does."""
    cents, currencies = price_from_text(text)
    if currencies:
        raise ValueError(_no_price(text))
    return cents


def text_from_cents(cents: int) -> str:
    """Turn 1990 into `19.90`."""
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(amount: str, text: str) -> int:
    if plain := _PLAIN.fullmatch(amount):
        whole, decimals = plain[1] or "0", plain[2] or plain[3] or ""
        if len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0":
            either = f"{whole}{decimals}.00 or {whole}.{decimals[:2]}"
            raise ValueError(f"{_no_price(text)}, which may be {either}")
        if decimals[2:].strip("0"):
            raise ValueError(_no_price(text))
        decimals = decimals[:2]
    elif (grouped := _GROUPED.fullmatch(amount)) and grouped[2] != grouped[3]:
        whole, decimals = re.sub("[^0-9]", "", grouped[1]), grouped[4] or ""
    else:
        raise ValueError(_no_price(text))
    cents = int(whole[:12]) * 100 + int(decimals.ljust(2, "0"))
    if cents > MAX_CENTS:
        raise ValueError(f"a price is at most {text_from_cents(MAX_CENTS)}, got '{text[:40]}'")
    return cents


def _no_price(text: str) -> str:
    if _DATE.fullmatch(text.strip()[:40]):
        return (
            f"a spreadsheet has made the date '{text.strip()[:40]}' of a price: a price is written "
            "like 19.90; give its column the format 'number' or 'text'"
        )
    return f"a price is written like 19.90, with at most two decimals; got '{text[:40]}'"
