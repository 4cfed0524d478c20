"""Tells the cells that a spreadsheet or a program has made something else of.

What cannot be told is not guessed: zeros that are gone (123 for 00123), a date of a SKU such as
MAR-04, or the last digits of a number with more than 15 of them.
"""

import re

from catalog.errors import BadRow

_SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[Ee][+-][0-9]+")  # 4.01235E+12
_ERRORS = re.compile(r"#(?:N/A|NV|N/D|N/V|I/T)|#[\w\u00bf\u00a1/ ]{1,20}[!?]|Err:[0-9]{3}")
_TOO_NARROW = re.compile("#{2,}")
_NOTHING = {"nan", "NaN", "None", "NULL", "null", "<NA>", "NaT", "undefined", r"\N"}
_KEPT_ZEROS = re.compile(r"'[0-9]")
_MONTH = (
    "janv?|jän|ene|gen|feb|f[eé]vr?|fev|mars?|mär|mrz|mrt|apr|avr|abr|ma[iyj]|mei|mag|jun|juin|giu|"
    "jul|juil|lug|aug|ao[uû]t|ago|sept?|oct|okt|ott|nov|dec|dez|d[eé]c|dic"
)
_DATE = re.compile(
    rf"""
    [0-9]{{1,2}} ([./-]) [0-9]{{1,2}} \1 (?:19|20)[0-9]{{2}}  # 3/4/2026
    | (?:19|20)[0-9]{{2}} - [0-9]{{2}} - [0-9]{{2}}  (?:[T ][0-9:.]+)?
    | [0-9]{{1,2}} [. -]{{1,2}} (?:{_MONTH})\.? (?:[ -]?[0-9]{{2,4}})?  # 03. Apr
    | (?:{_MONTH})\.? [ -] [0-9]{{1,4}}  # Apr 03
    """,
    re.VERBOSE | re.IGNORECASE,
)


def unruined(sku: str) -> str:
    """Return a cell's SKU, without the apostrophe that keeps a number's zeros (`'00123`).

    Raises:
        BadRow: what stands there is no SKU, but what a program made of one.
    """
    text = sku[1:] if _KEPT_ZEROS.match(sku) else sku
    if _SHORTENED.fullmatch(text):
        raise BadRow(
            f"a spreadsheet has shortened the sku to '{text[:40]}': give its column the format "
            "'text', fill it in anew, and save again"
        )
    check_said("sku", text)
    if text.startswith('="'):
        raise BadRow(f"the sku '{text[:40]}' is a formula: replace it by its value")
    return text


def check_said(column: str, text: str) -> None:
    """Check that a cell says what somebody wrote there, and not what a program makes of nothing.

    Raises: BadRow.
    """
    if _ERRORS.fullmatch(text):
        raise BadRow(f"the {column} '{text[:40]}' is a spreadsheet's error: mend its formula")
    if _TOO_NARROW.fullmatch(text):
        told = "is what a column shows that is too narrow: widen it"
        raise BadRow(f"the {column} '{text[:40]}' {told}")
    if text in _NOTHING:
        raise BadRow(f"the {column} '{text}' is what a program writes for an empty cell")


def as_written(text: str) -> str | None:
    """Return what a text was before its UTF-8 was taken for Windows-1252; None where it was not."""
    if text.isascii():
        return None
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return None


def check_no_date(column: str, text: str) -> None:
    """Check that a cell such as `3-4` has not become a date. Raises: BadRow."""
    if _DATE.fullmatch(text):
        raise BadRow(
            f"a spreadsheet has made a date of the {column}, '{text[:40]}': give its column the "
            "format 'text', fill it in anew, and save again"
        )
