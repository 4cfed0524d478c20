"""The parts of a change: what of it goes back wholly or not at all, and what at once."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from catalog.duplicates.moved import moves_of
from catalog.duplicates.tables import MovedSku
from catalog.kept_states import alone_in, row_state, table_called, told_of
from catalog.staff_changes import StaffChangePart
from embeddings.files import names
from service.stock.bringing_back import Former, FormerRow


class Part:
    """What goes back wholly or not at all."""

    def __init__(self, row: StaffChangePart) -> None:
        """Read what was kept; where that is damaged it holds nothing."""
        self.id = row.id
        self.sku = row.sku
        told = told_of(row.told)
        self.is_damaged = told is None
        self.formers = [] if told is None else [Former(*each) for each in told.products]
        self.rows = [] if told is None else [FormerRow(*each) for each in told.rows]

    @property
    def is_alone(self) -> bool:
        """Whether it is one product, with nothing beside it."""
        return len(self.formers) == 1 and not self.rows

    @property
    def about(self) -> set[object]:
        """What it is about: its SKUs as people tell them apart, its rows, what they have alone."""
        found: set[object] = {names.key(sku) for sku in self.skus}
        for row in self.rows:
            found.add((row.table, row.key))
            for state in (row.before, row.after):
                alone = alone_in(table_called(row.table), state)
                found |= {(row.table, *cell) for cell in alone}
        return found

    @property
    def skus(self) -> list[str]:
        """The products that go back, in their order."""
        return [each.sku for each in self.formers]


def at_once(parts: Sequence[Part], most: int) -> list[Part]:
    """Return the first of these parts that can go back at once: no two are about one thing.

    All else may build on what is around it.
    """
    held: set[object] = set()
    found: list[Part] = []
    for part in parts[:most]:
        if not held.isdisjoint(part.about):
            break
        held |= part.about
        found.append(part)
    return found


def let_in(session: Session, parts: Sequence[Part]) -> None:
    """Let those that bring a product back under a merged SKU take the mark of the merger away.

    With the mark a feed could not write the product. Whoever undoes this brings the mark back.
    """
    returning = [each.sku for part in parts for each in part.formers if each.after is None]
    moves = moves_of(session, returning, names.key) if returning else {}
    for part in parts:
        taken = {(row.table, row.key) for row in part.rows}
        for sku in part.skus:
            if sku not in moves:
                continue
            table, key = MovedSku.__tablename__, (moves[sku].sku,)
            if (table, key) not in taken:
                present = row_state(session, table_called(table), key)
                part.rows.append(FormerRow(table, key, before=None, after=present))
