"""The table of rooms in docs/architecture.md: who may import from whom is said there alone."""

import ast
from pathlib import Path

from tests.architecture.arrows import Arrows, arrows_between, floors, modules, room_of

FILE = "docs/architecture.md"
NONE = "nothing"


def stated(root: Path, wing: str) -> Arrows:
    """Give the rooms of a wing as the page tells them, with those that each may import from."""
    told = {}
    for line in (root / FILE).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith(f"| `{wing}/") and len(cells) == 3:
            told[_room(cells[0])] = frozenset(_rooms(cells[2], wing))
    return told


def rows(root: Path, wing: str) -> list[str]:
    """Write the table of a wing as its import statements would have it, from the ground up."""
    arrows = arrows_between(root, wing)
    order = [room for floor in floors(arrows) for room in floor]
    said = words(root, wing)
    return [
        f"| `{room.replace('.', '/')}` | {said[room]} | {_cell(arrows[room], order)} |"
        for room in order
    ]


def words(root: Path, wing: str) -> dict[str, str]:
    """Give the first line of what each room says of itself."""
    said = {}
    for module, path in modules(root, wing).items():
        if room_of(module, path) == module:
            told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            said[module] = told.partition("\n")[0].rstrip(".")
    return said


def _cell(others: frozenset[str], order: list[str]) -> str:
    told = [f"`{each.partition('.')[2].replace('.', '/')}`" for each in order if each in others]
    return ", ".join(told) or NONE


def _room(cell: str) -> str:
    return cell.strip("`").replace("/", ".")


def _rooms(cell: str, wing: str) -> list[str]:
    names = [] if cell == NONE else cell.split(", ")
    return [f"{wing}." + name.strip("`").replace("/", ".") for name in names]
