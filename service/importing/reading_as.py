"""How the file of a feed is to be read, as somebody changes it."""

from collections.abc import Mapping
from typing import Any

from service.importing.maps import renaming_of
from service.importing.wishes import ImportWish
from service.wiring import Services


def changed_options(said: Mapping[str, Any], *, services: Services) -> dict[str, Any]:
    """Return the options of a feed that `said` changes; an empty text takes one away.

    It may have `currency`, `encoding` and `map_from`, the name of a map that is kept; what is not
    there, or None, is left.

    Raises:
        BadSource: one of them breaks its rule, or there is no such map.
    """
    named = {name: said[name] for name in _NAMES if said.get(name) is not None}
    wish = ImportWish.of({name: value for name, value in named.items() if value})
    options: dict[str, Any] = {}
    if "currency" in named:
        options["currency"] = wish.currency
    if "encoding" in named:
        options["encoding"] = wish.encoding
    if "map_from" in named:
        options["map"] = dict(renaming_of((), wish.map_from, services=services).columns)
    return options


_NAMES = ("currency", "encoding", "map_from")
