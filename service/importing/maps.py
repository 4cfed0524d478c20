"""Maps of columns: said on the spot, or kept in the catalogue under a name."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from catalog.column_maps import (
    column_map,
    column_map_names,
    keep_column_map,
    remove_column_map,
)
from catalog.errors import BadSource
from embeddings.files import names
from embeddings.tables.naming import in_part
from service.access.actor import Actor
from service.access.log import record
from service.importing.columns import COLUMNS, MORE_PHOTOS
from service.importing.raw import Renaming
from service.wiring import Services

_LONGEST = 64


def renaming_of(said: Sequence[str], kept_as: str | None, *, services: Services) -> Renaming:
    """Return the map that is kept under a name, with what is said besides in its place.

    Raises:
        BadSource: there is none of that name, or what is said is no map.
    """
    more = Renaming.of(said, (*COLUMNS, *MORE_PHOTOS)).columns
    if kept_as is None:
        return Renaming(more)
    name = _name(kept_as)
    known: dict[str, str] = {}
    others: list[str] = []
    if services.settings.database.exists():  # opening it would make it
        with services.database.reading() as session:
            known = column_map(session, name)
            others = column_map_names(session)
    if not known:
        near = get_close_matches(name, others, 1) or others[:5]
        told = f"; there is '{', '.join(near)}'" if near else ": --save-map keeps one"
        raise BadSource(f"there is no map '{name[:60]}'{told}")
    said_anew = {ours for ours in more.values() if ours != "photo"}
    kept = {theirs: ours for theirs, ours in known.items() if ours not in said_anew}
    return Renaming({**kept, **more})


def kept_maps(*, services: Services) -> dict[str, dict[str, str]]:
    """Return every map that is kept: our columns by those of the files, by its name."""
    if not services.settings.database.exists():  # opening it would make it
        return {}
    with services.database.reading() as session:
        return {name: column_map(session, name) for name in column_map_names(session)}


def fitting_map(columns: Collection[str], *, services: Services) -> str | None:
    """Return the name of the map of most columns, all of which a file has; None without any."""
    there = frozenset(columns)
    maps = kept_maps(services=services)
    fitting = [name for name, columns in maps.items() if columns.keys() <= there]
    return max(fitting, key=lambda name: len(maps[name]), default=None)


def forget(kept_as: str, *, services: Services, by: Actor) -> None:
    """Keep a map no longer. Raises: BadSource: there is none of that name."""
    name = _name(kept_as)
    with services.database.writing() as session:
        if not remove_column_map(session, name):
            raise BadSource(f"there is no map '{name[:60]}'")
        record(session, by, "map.remove", name)


def keep(renaming: Renaming, kept_as: str, *, services: Services, by: Actor) -> None:
    """Keep a map under a name, in the place of an earlier one. Raises: BadSource."""
    name = _name(kept_as)
    if not renaming.columns:
        raise BadSource("there is nothing to keep: say --map 'Their column=ours' as well")
    with services.database.writing() as session:
        keep_column_map(session, name, renaming.columns)
        told = ", ".join(f"{in_part(theirs)}={ours}" for theirs, ours in renaming.columns.items())
        record(session, by, "map.keep", name, told)


def _name(kept_as: str) -> str:
    name = names.clean(kept_as)
    if not name:
        raise BadSource("the name of a map is empty")
    if fault := names.fault_of("name of a map", name, _LONGEST):
        raise BadSource(fault)
    return name
