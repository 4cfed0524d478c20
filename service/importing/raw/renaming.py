"""Which column of a file is which of ours, as a shop has said it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from catalog.errors import BadSource
from embeddings.tables import near_name
from embeddings.tables.naming import in_part, name_of
from service.importing.raw.row import RawRow

_SEVERAL = "photo"  # the one column that several may make up


@dataclass(frozen=True, slots=True)
class Renaming:
    """Our columns by those of a file; an empty one leaves the file's column out."""

    columns: Mapping[str, str] = field(default_factory=dict)  # ours by theirs, as `name_of` does

    @classmethod
    def of(cls, said: Iterable[str], known: Collection[str]) -> "Renaming":
        """Read `Their column=ours`, of which ours is one of `known` or empty.

        Raises:
            BadSource: one is not of that form, or two mean one column.
        """
        columns: dict[str, str] = {}
        for each in said:
            theirs, sign, ours = each.rpartition("=")
            ours, name = ours.strip().lower(), name_of(theirs)
            if not sign or not name:
                raise BadSource(f"a map is written 'Column of the file=our column', got '{each}'")
            if ours and ours not in known:
                near = get_close_matches(ours, list(known), 1)
                told = f"; do you mean '{near[0]}'?" if near else f": {', '.join(known)}"
                raise BadSource(f"'{each}' maps to '{ours}', which is no column of ours{told}")
            if ours and ours != _SEVERAL and ours in columns.values():
                raise BadSource(f"two columns are mapped to '{ours}'; only photo may have several")
            columns[name] = ours
        return cls(columns)

    @property
    def names_skus(self) -> bool:
        """Whether it says what the SKU is: then a file is read by it alone."""
        return "sku" in self.columns.values()

    def check(self, names: Collection[str]) -> None:
        """Check that a file has the columns that are mapped. Raises: BadSource."""
        for theirs in self.columns:
            if theirs not in names:
                told = f"there is no column '{in_part(theirs)[:60]}' in the file, which a map names"
                near = near_name(map(str, names), (theirs,))
                other = near.split("'")[1] if near else ""
                raise BadSource(told + (f"; it has '{in_part(other)}'" if other else ""))

    def of_names(self, names: Collection[str]) -> tuple[str, ...]:
        """Give a file's columns as they are called then, each once, without those left out."""
        taken = set(self.columns.values())
        rest = (name for name in names if name not in self.columns and name not in taken)
        ours = (self.columns[name] for name in names if self.columns.get(name))
        return tuple(dict.fromkeys((*rest, *ours)))

    def of_row(self, row: RawRow) -> RawRow:
        """Give a row with what is mapped apart from its other cells."""
        if not self.columns:
            return row
        said: dict[str, str] = {}
        for theirs, ours in self.columns.items():
            if ours and theirs in row.cells:
                cell = row.cells[theirs]
                known = said.get(ours)
                said[ours] = f"{known}|{cell}" if known and cell else known or cell
        rest = {name: cell for name, cell in row.cells.items() if name not in self.columns}
        called = ((self.columns.get(name, name), why) for name, why in row.unread.items())
        unread = {name: why for name, why in called if name}
        return replace(row, cells=rest, said=said, unread=unread)
