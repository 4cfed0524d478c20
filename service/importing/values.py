"""The rules for the values of a row: text comes in, a value or a BadRow goes out."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from catalog.errors import BadRow
from catalog.facts import FACTS, FactValue, Kind
from embeddings.files import names
from embeddings.tables.photo_cells import photo_names
from service.importing.columns import MORE_PHOTOS
from service.stock.picture_numbers import MAX_PHOTOS
from service.tables.prices import Price, price_from_text

_LENGTHS = {"sku": 64, "category": 64, **dict.fromkeys(("photo", *MORE_PHOTOS), 20_000)}
_LENGTHS |= {fact.column: fact.longest for fact in FACTS}
_NAMES = {"sku", "category", *(fact.column for fact in FACTS if fact.kind is Kind.NAME)}
# 5.0 is of programs that know no wholes; 1.000 may be a thousand.
_STOCK = re.compile(r"(-?)([0-9]{1,9})(?:[.,](?!000$)0{1,6})?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+")
_CURRENCY = re.compile(r"[A-Z]{3}")


def text_of(column: str, cell: str) -> str:
    """Check a cell as text, without the spaces around it; a name is written in one way.

    Raises: BadRow.
    """
    if column == "photo":  # in a spreadsheet, each on a line of its own
        cell = re.sub(r"[\r\n]+", "|", cell.strip())
    text = names.clean(cell) if column in _NAMES else cell.strip(" \u00a0")
    if fault := names.fault_of(column, text, _LENGTHS.get(column, 100)):
        raise BadRow(fault)
    return text


def sku_of(text: str) -> str:
    """Check a SKU. Raises: BadRow."""
    if not text:
        raise BadRow("the sku is empty")
    if text in (".", ".."):  # a browser would take it for a folder
        raise BadRow(f"a sku is more than dots, got '{text}'")
    if "\ufffd" in text:  # stands for what somebody could not read: several SKUs would be one
        raise BadRow(
            f"the sku has a character that was lost on its way (U+FFFD), got '{text[:64]}'"
        )
    return text


def photos_of(text: str) -> tuple[str, ...]:
    """Split the names of pictures, each once. Raises: BadRow."""
    return few_enough(tuple(photo_names(text)))


def few_enough(photos: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pictures of a product as they are. Raises: BadRow."""
    if len(photos) > MAX_PHOTOS:
        raise BadRow(f"a product has at most {MAX_PHOTOS} photos, this one has {len(photos)}")
    return photos


def url_of(text: str) -> str:
    """Check the address of a product's page. Raises: BadRow."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        fine = False
    if not fine:
        raise BadRow(f"a url begins with https:// or http:// and a host, got '{text[:80]}'")
    return text


def price_of(text: str) -> Price:
    """Read a price. Raises: BadRow."""
    try:
        return price_from_text(text)
    except ValueError as error:
        raise BadRow(str(error)) from error


def agreed_currency(price: Price, said: str | None) -> str | None:
    """Return the currency of a row from its column and the sign in its price. Raises: BadRow."""
    if not price.currencies or said in price.currencies:
        return said
    if said is not None:
        raise BadRow(f"the price is in {' or '.join(price.currencies[:3])}, the currency is {said}")
    if len(price.currencies) > 1:
        some = ", ".join(price.currencies[:3])
        raise BadRow(
            f"the price's sign may be {some} and others: name it in the column currency "
            "or by --currency"
        )
    return price.currencies[0]


def currency_of(text: str) -> str:
    """Check a currency. Raises: BadRow."""
    if not _CURRENCY.fullmatch(text.upper()):
        raise BadRow(f"a currency is three letters such as EUR, got '{text[:20]}'")
    return text.upper()


def stock_of(text: str) -> int:
    """Read a stock, below 0 where more was sold than there is. Raises: BadRow."""
    found = _STOCK.fullmatch(text)
    if found is None:
        more = ", which may be thousands" if _THOUSANDS.fullmatch(text) else ""
        raise BadRow(f"the stock is a whole number, got '{text[:20]}'{more}")
    sign, number = found.groups()
    return -int(number) if sign else int(number)


READ: Mapping[Kind, Callable[[str], FactValue | Price]] = {
    Kind.TEXT: str,
    Kind.NAME: str,
    Kind.ADDRESS: url_of,
    Kind.PRICE: price_of,
    Kind.CURRENCY: currency_of,
    Kind.COUNT: stock_of,
}
"""How the cell of a fact is read that is not empty."""
