"""Prices as text and as whole cents, without a float between them."""

import re

MAX_CENTS = 10**11 - 1  # 999,999,999.99
_PRICE = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")


def cents_from_text(text: str) -> int:
    """Turn `19.90`, `19,90`, `19.9` or `19` into cents.

    Raises:
        ValueError: it is something else: negative, with a currency, with more decimals, or with
            separators of thousands, which nobody can tell from decimals.
    """
    found = _PRICE.fullmatch(text)
    if found is None:
        raise ValueError(f"a price is written like 19.90, with at most two decimals; got '{text}'")
    whole, decimals = found.groups(default="")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def text_from_cents(cents: int) -> str:
    """Turn 1990 into `19.90`."""
    return f"{cents // 100}.{cents % 100:02d}"
