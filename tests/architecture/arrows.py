"""Which room each module is in, and which other rooms it imports from."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

WINGS = ("embeddings", "service", "training")  # those that have rooms; `catalog` is one

Arrows = Mapping[str, frozenset[str]]  # a room, and the rooms that it imports from


def modules(root: Path, wing: str) -> dict[str, Path]:
    """Give the files of a wing by the names of their modules."""
    named = {}
    for path in sorted((root / wing).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        named[".".join(parts).removesuffix(".__init__")] = path
    return named


def room_of(module: str, path: Path) -> str:
    """Name the room of a module: its folder, or the module itself where it lies in none."""
    folder = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return folder if "." in folder else module


def imported(path: Path, known: Mapping[str, object]) -> set[str]:
    """Give those of the known modules that a file imports, also inside functions and for types."""
    whole, parts = imports_of(path)
    found = {name if name in known else module for module, name in parts}
    return set(whole | found) & known.keys()


@cache
def imports_of(path: Path) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Give the modules that a file imports whole, and others with what is taken from them."""
    whole, parts = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            whole |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts |= {(node.module, f"{node.module}.{alias.name}") for alias in node.names}
    return frozenset(whole), frozenset(parts)


def arrows_between(root: Path, wing: str) -> Arrows:
    """Give every room of a wing with the other rooms that it imports from."""
    known = modules(root, wing)
    rooms = {module: room_of(module, path) for module, path in known.items() if module != wing}
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, room in rooms.items():
        arrows[room] |= {rooms[each] for each in imported(known[module], rooms)} - {room}
    return {room: frozenset(others) for room, others in sorted(arrows.items())}


def floors(arrows: Arrows) -> list[list[str]]:
    """Lay the rooms in floors: each stands on rooms of lower floors only.

    Raises:
        CycleError: they go in a circle; the second argument names it.
    """
    sorter = TopologicalSorter(arrows)
    sorter.prepare()
    laid = []
    while sorter.is_active():
        ready = sorter.get_ready()
        laid.append(sorted(ready))
        sorter.done(*ready)
    return laid


def circle(arrows: Arrows) -> list[str]:
    """Give one circle of rooms; empty where there is none."""
    try:
        floors(arrows)
    except CycleError as error:
        return list(error.args[1])
    return []
