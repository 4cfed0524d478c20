"""What an import reads from: rows, and the pictures that they name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from catalog.errors import BadRow
from service.importing.report import RowError, printable
from service.importing.table import TableRow
from service.importing.values import Facts, facts_of, photos_of, sku_of, text_of

PICTURES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp"),
    *(".heic", ".heif", ".avif"),
)
TABLES = (".csv", ".tsv")
"""The endings, in small letters, of what a folder or a ZIP is searched for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One product as a source tells it, and the pictures' names there."""

    line: int
    sku: str
    facts: Facts
    photos: tuple[str, ...]  # none: those that the catalogue has stay
    new_facts: Facts = field(default_factory=Facts)  # said only of a product not known yet


class Source(Protocol):
    """Rows as a stream, and the bytes of their pictures."""

    @property
    def ignored(self) -> int:
        """How many files were passed over so far, for they are no pictures."""
        ...

    def count(self) -> int | None:
        """Say about how many rows there will be, where that is quickly known."""
        ...

    def rows(self) -> Iterator[Row | RowError]:
        """Read row by row; a row that breaks a rule comes as its error. Raises: BadSource."""
        ...

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names. Raises: BadRow."""
        ...


def rows_of(table: Iterable[TableRow | RowError]) -> Iterator[Row | RowError]:
    """Give a table's rows their meaning; one that breaks a rule comes as its error."""
    for row in table:
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield row_of(row)
        except BadRow as error:
            yield RowError(row.line, row.cells["sku"], str(error))


def row_of(row: TableRow) -> Row:
    """Give a table's row its meaning. Raises: BadRow."""
    cells = row.cells
    sku = sku_of(cells["sku"])
    return Row(row.line, sku, facts_of(cells), photos_of(cells.get("photo", "")))


def picture_rows(names: Iterable[str], category_from_folder: bool) -> Iterator[Row | RowError]:
    """Make a product of each picture, in their order; a name that breaks a rule is an error."""
    for line, name in enumerate(names, start=1):
        try:
            yield picture_row(line, name, category_from_folder)
        except BadRow as error:
            yield RowError(line, "", f"'{printable(name)}': {error}")


def picture_row(line: int, name: str, category_from_folder: bool) -> Row:
    """Make a product of a picture: the SKU is the file's name without its ending. Raises: BadRow.

    The title is the SKU in words, for a new product only: somebody may have given it a better one.
    """
    *folders, base = name.split("/")
    stem = base[: base.rindex(".")]
    sku = sku_of(text_of("sku", stem))
    facts: Facts = {}
    if category_from_folder and folders:
        facts["category"] = text_of("category", folders[-1])
    return Row(line, sku, facts, (name,), new_facts={"title": title_of(sku)})


def is_picture(name: str) -> bool:
    """Say whether a file's name is that of a picture; hidden files are none."""
    return _is_shown(name) and name.lower().endswith(PICTURES)


def is_table(name: str) -> bool:
    """Say whether a file's name is that of a CSV; hidden files are none."""
    return _is_shown(name) and name.lower().endswith(TABLES)


def _is_shown(name: str) -> bool:
    return not name.rsplit("/", 1)[-1].startswith(".")


def title_of(stem: str) -> str:
    """Make a title of a file's name."""
    return " ".join(stem.replace("_", " ").replace("-", " ").split()) or stem
