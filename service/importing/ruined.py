"""Tells the SKUs that a spreadsheet has made something else of: these would name no product.

What cannot be told is not guessed: zeros that are gone (123 for 00123), a date of a SKU such as
MAR-04, or the last digits of a number with more than 15 of them.
"""

import re

from catalog.errors import BadRow

_SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[Ee][+-][0-9]+")  # 4.01235E+12
_ERRORS = re.compile(r"#(?:N/A|NV|N/D|N/V|I/T)|#[\w\u00bf\u00a1/ ]{1,20}[!?]|Err:[0-9]{3}")
_TOO_NARROW = re.compile("#{2,}")
_NOTHING = {"nan", "NaN", "None", "NULL", "null", "<NA>", "NaT", "undefined"}
_KEPT_ZEROS = re.compile(r"'[0-9]")


def unruined(sku: str) -> str:
    """Give a cell's SKU, without the apostrophe that keeps a number's zeros (`'00123`).

    Raises:
        BadRow: what stands there is no SKU, but what a program made of one.
    """
    text = sku[1:] if _KEPT_ZEROS.match(sku) else sku
    if _SHORTENED.fullmatch(text):
        raise BadRow(
            f"a spreadsheet has shortened the sku to '{text[:40]}': give its column the format "
            "'text', fill it in anew, and save again"
        )
    if _ERRORS.fullmatch(text):
        raise BadRow(f"the sku '{text[:40]}' is a spreadsheet's error: mend its formula")
    if _TOO_NARROW.fullmatch(text):
        raise BadRow(f"the sku '{text[:40]}' is what a column shows that is too narrow: widen it")
    if text in _NOTHING:
        raise BadRow(f"the sku '{text}' is what a program writes for an empty cell")
    if text.startswith('="'):
        raise BadRow(f"the sku '{text[:40]}' is a formula: replace it by its value")
    return text
