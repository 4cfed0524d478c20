"""The picture of a wing in docs/architecture.md: its rooms on their floors, and the arrows."""

from html import escape
from pathlib import Path

from tests.architecture.arrows import Arrows, arrows_between, floors
from tests.architecture.table import words

_WIDE, _HIGH, _GAP, _RISE, _EDGE = 156, 28, 18, 56, 20  # pixels: a room, between rooms and floors
_LETTER = 6.4  # pixels, of a name's letters on average
_STYLE = (
    "rect{fill:#fff;stroke:#345} text{font:12px sans-serif;fill:#123;text-anchor:middle} "
    "path{fill:none;stroke:#89a;stroke-width:1.2} "
    ".room:hover rect{fill:#e7eef5}"
)


def file_of(wing: str) -> str:
    """Name the file of a wing's picture, from the root of a checkout."""
    return f"docs/architecture-{wing}.svg"


def drawn(root: Path, wing: str) -> str:
    """Draw a wing as an SVG; the same rooms and arrows give the same text.

    A floor stands above those that it imports from. An arrow that other arrows lead to as well is
    left out: it says nothing of what must stand below what.
    """
    arrows = arrows_between(root, wing)
    storeys = _ordered(floors(arrows), arrows)
    wide = max(len(floor) for floor in storeys) * (_WIDE + _GAP) - _GAP + 2 * _EDGE
    high = len(storeys) * (_HIGH + _RISE) - _RISE + 2 * _EDGE
    places = {
        room: ((wide - len(floor) * (_WIDE + _GAP) + _GAP) // 2 + place * (_WIDE + _GAP), top)
        for floor, top in zip(storeys, range(high - _EDGE - _HIGH, 0, -_HIGH - _RISE), strict=False)
        for place, room in enumerate(floor)
    }
    needed = _needed(arrows)
    total = sum(map(len, arrows.values()))
    told = f"{wing}: {len(arrows)} rooms, {sum(map(len, needed.values()))} of {total} arrows drawn"
    said = words(root, wing)
    lines = [_arrow(places[room], places[to]) for room in places for to in sorted(needed[room])]
    boxes = [_room(room, places[room], said[room]) for room in sorted(places)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img">',
            f"<title>{escape(told)}</title>",
            f"<style>{_STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 1L7 4L0 7"/></marker></defs>',
            f'<rect x="0" y="0" width="{wide}" height="{high}" style="stroke:none"/>',
            *lines,
            *boxes,
            "</svg>",
            "",
        ]
    )


def _needed(arrows: Arrows) -> dict[str, set[str]]:
    """Leave out each arrow to a room that another room on the way reaches as well."""
    reached: dict[str, set[str]] = {}
    for room in (each for floor in floors(arrows) for each in floor):
        reached[room] = set(arrows[room]).union(*(reached[below] for below in arrows[room]))
    return {
        room: {to for to in others if not any(to in reached[each] for each in others)}
        for room, others in arrows.items()
    }


def _ordered(storeys: list[list[str]], arrows: Arrows) -> list[list[str]]:
    """Put each room above the middle of what it imports from, so that few arrows cross."""
    place: dict[str, float] = {}
    ordered = []
    for floor in storeys:

        def middle(room: str) -> tuple[float, str]:
            below = [place[each] for each in sorted(arrows[room])]
            return (sum(below) / len(below) if below else 0.0, room)

        ordered.append(sorted(floor, key=middle))
        for number, room in enumerate(ordered[-1]):
            place[room] = (number + 0.5) / len(floor)
    return ordered


def _arrow(upper: tuple[int, int], lower: tuple[int, int]) -> str:
    (left, top), (right, end) = upper, lower
    x, y, to = left + _WIDE // 2, top + _HIGH, right + _WIDE // 2
    return f'<path d="M{x} {y}C{x} {y + 45} {to} {end - 45} {to} {end}" marker-end="url(#tip)"/>'


def _room(room: str, at: tuple[int, int], said: str) -> str:
    x, y = at
    name = room.partition(".")[2].replace(".", "/")
    fitted = f' textLength="{_WIDE - 10}"' if len(name) * _LETTER > _WIDE - 10 else ""
    return (
        f'<g class="room"><title>{escape(said)}</title>'
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="4"/>'
        f'<text x="{x + _WIDE // 2}" y="{y + 18}"{fitted}>{escape(name)}</text></g>'
    )
