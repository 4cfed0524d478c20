"""A product feed as XML: RSS 2.0 or Atom, an element an attribute, read one product at a time.

https://support.google.com/merchants/answer/14987622 and RFC 4287. Entities and external parts are
refused by defusedxml before anything of them is read.
"""

import codecs
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from embeddings.errors import BadTable, NoHeader
from embeddings.tables.kinds import HEAD
from embeddings.tables.naming import name_of
from service.importing.raw.row import Fits, RawRow

_ITEMS = ("item", "entry", "product")
_GOOGLES = "{http://base.google.com/ns/1.0}"
_ONE = {
    "id", "title", "link", "price", "sale_price", "brand", "availability", "condition", "gender",
    "item_group_id", "quantity", "google_product_category", "sku",
}  # fmt: skip
"""What a product has once; of anything else, one more is one more."""
_DEEPEST = 100  # elements within each other
_MOST = 500  # elements of one product
_HELD = 10_000  # elements of one product that are in memory before they are counted
_MOST_BETWEEN = 200_000  # elements before a product, or from one to the next
_LONGEST = 1_000_000  # characters of one product
_LOOKED_AT = 50  # products whose names are gathered to tell what the feed is


class Feed:
    """The products of a feed, which can be gone through more than once."""

    line = 1
    notes: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Gather what the first products tell. Raises: BadTable."""
        self._file = file
        names: dict[str, None] = {}
        for number, row in enumerate(self):
            names |= dict.fromkeys(row.cells)
            if number == _LOOKED_AT:
                break
        self.names = tuple(names)
        if not fits(self.names):
            told = f"its products have {', '.join(self.names)[:200]}" if names else "it has none"
            raise NoHeader(
                f"is XML, and no feed of products with an id and an image_link; {told}",
                list(self.names),
            )

    def __iter__(self) -> Iterator[RawRow]:
        self._file.seek(_begin_of(self._file))
        number, held, between, open_elements = 1, 0, 0, []
        try:
            for event, element in iterparse(self._file, ("start", "end")):
                if event == "start":
                    open_elements.append(element)
                    held += 1
                    between += 1
                    if len(open_elements) > _DEEPEST:
                        raise BadTable(f"has elements in each other, {_DEEPEST} deep and more")
                    if held > _HELD:
                        raise BadTable(f"has a product of more than {_HELD} elements")
                    if between > _MOST_BETWEEN:
                        raise BadTable(f"has {_MOST_BETWEEN} elements and more without a product")
                    continue
                open_elements.pop()
                if _bare(element.tag) in _ITEMS:
                    number, between = number + 1, 0
                    yield _row(number, element)
                if not any(_bare(each.tag) in _ITEMS for each in open_elements):
                    held = 0
                    element.clear()  # all that was read is let go of: a feed may be long
                    if open_elements:
                        open_elements[-1].remove(element)
        except DefusedXmlException as error:
            raise BadTable(
                f"declares entities or asks for other files ({type(error).__name__}), "
                "which no product feed needs: it is not read"
            ) from error
        except (ParseError, UnicodeError, LookupError, ValueError) as error:
            raise BadTable(f"is damaged behind product {number - 1}: {error}") from error


def _begin_of(file: BinaryIO) -> int:
    """Give where a feed begins: some programs write a blank line first, which no XML may have."""
    file.seek(0)
    head = file.read(HEAD)
    blank = len(head) - len(head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n"))
    return blank if head[blank:].startswith(b"<") else 0


def _row(number: int, item: Element) -> RawRow:
    parts = item.findall("*")
    said: dict[str, tuple[str, bool]] = {}  # of each name the text, and whether it is Google's
    size, fault = 0, None
    for part in parts[:_MOST]:
        name, text = name_of(_bare(part.tag)), (part.text or "").strip()
        text = text or part.get("href", "").strip()  # Atom's link
        size += len(text)
        is_googles = str(part.tag).startswith(_GOOGLES)
        before, was_googles = said.get(name, ("", is_googles))
        if not text or part.get("rel", "alternate") != "alternate":
            said.setdefault(name, ("", False))
        elif not before or (is_googles and not was_googles):
            said[name] = text, is_googles  # RSS and Atom have an id, a title and a link of theirs
        elif is_googles == was_googles and name not in _ONE:
            # One that is there again is one more: an additional picture, a shipping.
            said[name] = f"{before}|{text}", is_googles
        elif is_googles == was_googles and text != before:
            fault = fault or f"the product has '{name}' twice: '{before[:40]}' and '{text[:40]}'"
    if len(parts) > _MOST or size > _LONGEST:
        fault = f"a product has at most {_MOST} elements and {_LONGEST} characters"
    return RawRow(number, {name: text for name, (text, _) in said.items()}, fault)


def _bare(tag: object) -> str:
    """Give an element's name without its namespace, or a prefix that was never declared."""
    return str(tag).rpartition("}")[2].rpartition(":")[2]
