"""A comparison of two models as rows of text, for a terminal and for a page."""

from service.comparing.comparison import Comparison
from service.comparing.nearest import NEAREST
from service.wording import counted

Row = tuple[str, ...]


def both_sides(found: Comparison) -> list[Row]:
    """Return what each model does: the figure, now, then, and of how many."""
    sides = (found.before, found.after)
    rows: list[Row] = []
    if found.labelled:
        shares = (_percent(side.right, found.labelled) for side in sides)
        rows.append(("says what a person decided", *shares, counted(found.labelled, "product")))
    if found.with_siblings:
        of = counted(found.with_siblings, "photo")
        firsts = (_percent(side.first, found.with_siblings) for side in sides)
        rows.append(("finds the same product's other photo first", *firsts, of))
        tens = (_percent(side.in_ten, found.with_siblings) for side in sides)
        rows.append((f"finds one among the nearest {NEAREST}", *tens, of))
    if all(side.ms_per_photo is not None for side in sides):
        rows.append(("reads a photo in", *(f"{side.ms_per_photo:.1f} ms" for side in sides), ""))
    return rows


def in_common(found: Comparison) -> list[Row]:
    """Return what would stay as it is: the figure, its value, and of how many."""
    of = counted(found.photos, "photo")
    rows: list[Row] = [("category", _percent(found.same_category, found.photos), of)]
    if found.finer:
        in_part = _percent(found.same_in_part, found.photos)
        rows.append(("category, by a finer or a wider name", in_part, of))
    return [
        *rows,
        (f"nearest {NEAREST} products", f"{found.shared:.1%}", counted(found.queries, "photo")),
    ]


def own_categories(found: Comparison) -> list[str]:
    """Return the categories that only one of the models knows: no photo in them can stay there."""
    return [
        f"only {side.name} knows: {', '.join(side.own_categories)}"
        for side in (found.before, found.after)
        if side.own_categories
    ]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"
