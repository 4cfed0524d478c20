"""What an import reads from: rows, and the pictures that they name."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from catalog.errors import BadRow
from catalog.labelling import Word
from catalog.stored import ProductFacts
from service.importing.report import RowError, RowNote, printable
from service.importing.row import Row
from service.importing.values import sku_of, text_of

PICTURES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp"),
    *(".heic", ".heif", ".avif"),
)
TABLES = (".csv", ".tsv")
"""The endings, in small letters, of what a folder or a ZIP is searched for."""


class Source(Protocol):
    """Rows as a stream, and the bytes of their pictures."""

    @property
    def ignored(self) -> int:
        """How many files were passed over so far, for they are no pictures."""
        ...

    def count(self) -> int | None:
        """Say about how many rows there will be, where that is quickly known."""
        ...

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row, with what is to be told of the source; what is no row is an error.

        Raises:
            BadSource: the source as a whole cannot be read.
        """
        ...

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names. Raises: BadRow."""
        ...


def picture_rows(names: Iterable[str], category_from_folder: bool) -> Iterator[Row | RowError]:
    """Make a product of each picture, in their order; a name that breaks a rule is an error."""
    for line, name in enumerate(names, start=1):
        try:
            yield picture_row(line, name, category_from_folder)
        except BadRow as error:
            cells = {"photo": printable(name)}
            yield RowError(line, "", f"'{printable(name)}': {error}", cells)


def picture_row(line: int, name: str, category_from_folder: bool) -> Row:
    """Make a product of a picture: the SKU is the file's name without its ending. Raises: BadRow.

    The title is the SKU in words, for a new product only: somebody may have given it a better one.
    """
    *folders, base = name.split("/")
    stem = base[: base.rindex(".")]
    sku = sku_of(text_of("sku", stem))
    word = None
    if category_from_folder and folders:
        word = Word(text_of("category", folders[-1]))
    return Row(
        line,
        sku,
        ProductFacts(),
        (name,),
        new_facts={"title": title_of(sku)},
        word=word,
        cells={"sku": sku, "photo": name},
    )


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
