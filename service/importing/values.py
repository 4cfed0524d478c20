"""The rules for the values of a row: text comes in, a value or a BadRow goes out."""

import re
from collections.abc import Callable
from typing import TypedDict, TypeVar
from urllib.parse import urlsplit

from catalog.errors import BadRow
from embeddings import names
from service.prices import cents_from_text

MAX_PHOTOS = 20
_LENGTHS = {"sku": 64, "title": 200, "url": 2000, "category": 64, "photo": 4000}
_NAMES = ("sku", "category")  # what things are told apart by
_STOCK = re.compile(r"[0-9]{1,9}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters: C:\ is no scheme

Value = TypeVar("Value")


class Facts(TypedDict, total=False):
    """What a row says of its product; what it does not say is left as it was."""

    title: str
    url: str | None
    price_cents: int | None
    currency: str | None
    stock: int
    category: str | None


def text_of(column: str, cell: str) -> str:
    """Check a cell as text, without the spaces around it; a name is written in one way.

    Raises: BadRow.
    """
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
    return text


def photos_of(text: str) -> tuple[str, ...]:
    """Split the names of pictures, each once. Raises: BadRow."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split("|") if name.strip()))
    if len(names) > MAX_PHOTOS:
        raise BadRow(f"a product has at most {MAX_PHOTOS} photos, this one has {len(names)}")
    for name in names:
        if _HAS_SCHEME.match(name):
            raise BadRow(
                f"pictures are not fetched from addresses such as '{name[:60]}': "
                "download it and give its file name"
            )
    return names


def facts_of(cells: dict[str, str]) -> Facts:
    """Turn a row's checked texts into facts. Raises: BadRow."""
    facts: Facts = {}
    if "title" in cells:
        facts["title"] = _title(cells["title"])
    if "url" in cells:
        facts["url"] = _or_none(cells["url"], _url)
    if "price" in cells:
        facts["price_cents"] = _or_none(cells["price"], _price)
    if "currency" in cells:
        facts["currency"] = _or_none(cells["currency"], _currency)
    if cells.get("stock"):
        facts["stock"] = _stock(cells["stock"])
    # What a model decided comes back in an export; it is no word of a person.
    if cells.get("category") and cells.get("decided_by") != "model":
        facts["category"] = cells["category"]
    return facts


def _or_none(text: str, read: Callable[[str], Value]) -> Value | None:
    return read(text) if text else None


def _title(text: str) -> str:
    if not text:
        raise BadRow("the title is empty")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        fine = False
    if not fine:
        raise BadRow(f"a url begins with https:// or http:// and a host, got '{text[:80]}'")
    return text


def _price(text: str) -> int:
    try:
        return cents_from_text(text)
    except ValueError as error:
        raise BadRow(str(error)) from error


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text.upper()):
        raise BadRow(f"a currency is three letters such as EUR, got '{text[:20]}'")
    return text.upper()


def _stock(text: str) -> int:
    if not _STOCK.fullmatch(text):
        raise BadRow(f"the stock is a whole number of at least 0, got '{text[:20]}'")
    return int(text)
