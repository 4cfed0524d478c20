"""A product feed as XML: RSS 2.0 or Atom, an element an attribute, read one product at a time.

https://support.google.com/merchants/answer/14987622 and RFC 4287. Entities and external parts are
refused by defusedxml before anything of them is read.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from embeddings.errors import BadTable, NoHeader
from embeddings.tables.naming import name_of
from service.importing.raw.row import Fits, RawRow

_ITEMS = ("item", "entry", "product")
_DEEPEST = 100  # elements within each other
_MOST = 500  # elements of one product
_LONGEST = 1_000_000  # characters of one product
_LOOKED_AT = 50  # products whose names are gathered to tell what the feed is


class Feed:
    """The products of a feed, which can be gone through more than once."""

    line = 1

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
        self._file.seek(0)
        number, open_elements = 1, []
        try:
            for event, element in iterparse(self._file, ("start", "end")):
                if event == "start":
                    open_elements.append(element)
                    if len(open_elements) > _DEEPEST:
                        raise BadTable(f"has elements in each other, {_DEEPEST} deep and more")
                    continue
                open_elements.pop()
                if _bare(element.tag) in _ITEMS:
                    number += 1
                    yield _row(number, element)
                if not any(_bare(each.tag) in _ITEMS for each in open_elements):
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


def _row(number: int, item: Element) -> RawRow:
    cells: dict[str, str] = {}
    parts = item.findall("*")
    size = 0
    for part in parts[:_MOST]:
        name, text = name_of(_bare(part.tag)), (part.text or "").strip()
        text = text or part.get("href", "").strip()  # Atom's link
        size += len(text)
        if name in cells and text and part.get("rel", "alternate") == "alternate":
            # One that is there again is one more: an additional picture, a shipping.
            cells[name] = f"{cells[name]}|{text}" if cells[name] else text
        else:
            cells.setdefault(name, text)
    fault = None
    if len(parts) > _MOST or size > _LONGEST:
        fault = f"a product has at most {_MOST} elements and {_LONGEST} characters"
    return RawRow(number, cells, fault)


def _bare(tag: object) -> str:
    """Give an element's name without its namespace, or a prefix that was never declared."""
    return str(tag).rpartition("}")[2].rpartition(":")[2]
