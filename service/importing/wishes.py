"""How a source is to be imported, in words that can be kept with a file and sent to a worker."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from catalog.errors import BadSource
from catalog.fact_counts import only_currency
from service.importing.allowing import read_hosts, still_allowed
from service.importing.category_answers import answers_of
from service.importing.letters import columns_at, likely_encoding
from service.importing.maps import fitting_map, kept_maps, renaming_of
from service.importing.opening import SourceOptions
from service.importing.picture_rows import SkuFrom
from service.wiring import Services

_MOST = 500  # columns that are mapped, or words for categories


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What somebody has said of a source; `asdict` writes it as JSON has it."""

    mapped: tuple[str, ...] = ()  # each `Their column=ours`; empty behind the sign: left out
    map_from: str | None = None  # the name of a map that is kept; `mapped` goes first
    currency: str | None = None  # of prices that do not say theirs
    encoding: str | None = None  # of a table that is not UTF-8
    sku_from: str | None = None  # of pictures: `file`, `folder` or `both`
    category_from_folder: bool = False
    # What its words for categories mean, each `Word=Category`; remembered once it is imported.
    categories: tuple[str, ...] = ()
    as_person: bool = False  # its categories take the place of what a person said before
    fetch_hosts: tuple[str, ...] = ()  # whose pictures may be fetched for this very source

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "ImportWish":
        """Read what was kept or sent; what is not there is as usual.

        Raises:
            BadSource: something in it breaks its rule.
        """
        texts = {name: _text(told, name) for name in _TEXTS}
        if texts["currency"] and not re.fullmatch("[A-Za-z]{3}", texts["currency"]):
            raise BadSource(f"a currency is three letters such as EUR, got '{texts['currency']}'")
        if texts["sku_from"] is not None and texts["sku_from"] not in list(SkuFrom):
            known = ", ".join(SkuFrom)
            raise BadSource(f"sku_from is one of {known}, got '{texts['sku_from']}'")
        mapped = _several(told, "mapped", "Their column=ours")
        categories = _several(told, "categories", "Word=Category")
        answers_of(categories)
        currency = texts["currency"]
        return cls(
            mapped,
            texts["map_from"],
            None if currency is None else currency.upper(),
            texts["encoding"],
            texts["sku_from"],
            bool(told.get("category_from_folder")),
            categories,
            bool(told.get("as_person")),
            read_hosts(told.get("fetch_hosts", ())),
        )

    @property
    def told(self) -> dict[str, Any]:
        """What `of` reads."""
        several = {
            "mapped": list(self.mapped),
            "categories": list(self.categories),
            "fetch_hosts": list(self.fetch_hosts),
        }
        return asdict(self) | several


def options_of(wish: ImportWish, *, services: Services) -> SourceOptions:
    """Return how a source is to be opened. Raises: BadSource."""
    return SourceOptions(
        category_from_folder=wish.category_from_folder,
        sku_from=None if wish.sku_from is None else SkuFrom(wish.sku_from),
        encoding=wish.encoding,
        renaming=renaming_of(wish.mapped, wish.map_from, services=services),
        currency=wish.currency,
        fetch_hosts=still_allowed(wish.fetch_hosts, services.settings),
    )


def first_wish(path: Path, *, services: Services) -> ImportWish:
    """Return how a file is to be read of which nobody has said anything yet.

    By a map that is kept, if the file has all of its columns, with the currency of all prices that
    the shop has, if that is one, and in the encoding that is likely, if its columns are no UTF-8.
    """
    encoding = likely_encoding(path, services=services)
    if not services.settings.database.exists():  # opening it would make it
        return ImportWish(encoding=encoding)
    with services.database.reading() as session:
        currency = only_currency(session)
    map_from = _fitting(path, encoding, services)
    if map_from is None and encoding is not None:  # somebody may have kept one of it as it was
        map_from = _fitting(path, None, services)
        encoding = None if map_from is not None else encoding
    return ImportWish(map_from=map_from, currency=currency, encoding=encoding)


def _fitting(path: Path, encoding: str | None, services: Services) -> str | None:
    columns = columns_at(path, encoding, services=services)
    names = [] if columns is None else [column.theirs for column in columns.columns]
    return fitting_map(names, services=services)


def needed_map(path: Path, encoding: str | None = None, *, services: Services) -> str | None:
    """Return the name of a map without which a table cannot be read, where one that is kept fits.

    A file that can be read as it stands is read so: a program that sends it every night is not to
    be surprised by what somebody keeps on a page.
    """
    if not kept_maps(services=services):
        return None
    columns = columns_at(path, encoding, services=services)
    if columns is None or columns.has_skus:
        return None
    return fitting_map([column.theirs for column in columns.columns], services=services)


_TEXTS = ("map_from", "currency", "encoding", "sku_from")


def _several(told: Mapping[str, Any], name: str, example: str) -> tuple[str, ...]:
    value = told.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise BadSource(f"{name} is a list of texts such as '{example}'")
    if len(value) > _MOST:
        raise BadSource(f"at most {_MOST} of {name} can be said, got {len(value)}")
    return tuple(value)


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 200:
        raise BadSource(f"{name} is a text of at most 200 characters")
    return value
