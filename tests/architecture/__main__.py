"""Prints the rooms of a checkout, floor by floor, and counts the arrows between them."""

import argparse
from pathlib import Path

from tests.architecture.arrows import WINGS, arrows_between, circle, floors, modules, room_of
from tests.architecture.drawing import drawn, file_of
from tests.architecture.table import rows

HERE = Path(__file__).parents[2]


def main() -> None:
    """Print every wing."""
    parser = argparse.ArgumentParser(prog="python -m tests.architecture", description=__doc__)
    parser.add_argument("--checkout", type=Path, default=HERE, help="another checkout to count in")
    parser.add_argument("--table", action="store_true", help="the rows of docs/architecture.md")
    parser.add_argument("--draw", action="store_true", help="draw the pictures of that page anew")
    asked = parser.parse_args()
    for wing in WINGS:
        if asked.draw:
            (asked.checkout / file_of(wing)).write_text(drawn(asked.checkout, wing), "utf-8")
        if asked.table:
            print("\n".join(rows(asked.checkout, wing)), end="\n\n")
        else:
            print_floors(asked.checkout, wing)


def print_floors(root: Path, wing: str) -> None:
    """Print what is in each room of a wing, and how much goes between them."""
    arrows = arrows_between(root, wing)
    inside: dict[str, list[str]] = {room: [] for room in arrows}
    for module, path in modules(root, wing).items():
        if path.name != "__init__.py":
            inside[room_of(module, path)].append(path.stem)
    count = sum(map(len, arrows.values()))
    top = sum(room.count(".") == 1 for room in arrows)
    files = len(modules(root, wing))
    print(f"{wing}: {len(arrows)} rooms, {top} at one level, {files} files, {count} arrows", end="")
    if found := circle(arrows):
        print(", a circle: " + " -> ".join(found))
        return
    print(", no circle")
    for number, floor in enumerate(floors(arrows)):
        for room in floor:
            print(f"  {number}  {room}: {', '.join(inside[room])}")


if __name__ == "__main__":
    main()
