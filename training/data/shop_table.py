"""A shop's photos in a table, which is read as an import reads it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from embeddings.errors import BadArchive, BadTable, NoHeader, NoSuchFile
from embeddings.files.archives import DAMAGED
from embeddings.files.names import clean, fault_of
from embeddings.model.bundle_rules import LONGEST_LABEL
from embeddings.tables import MAX_LINE, BrokenRecord, near_name, open_table, shown
from embeddings.tables.photo_cells import photo_names
from training.data.photo_file import PhotoFile
from training.data.shop_files import COLUMNS, PHOTO, ShopFiles
from training.errors import BadData

_LABEL, _GROUP = ("category", "label"), ("group", "sku")


def photos_of_table(
    files: ShopFiles, table: str, source: Path, encoding: str | None = None
) -> Iterator[tuple[PhotoFile, str, str]]:
    """Return each photo's file, category and group; the photos lie in the table's folder or below.

    `source` is how messages call the table, `encoding` that of one which does not tell its own.
    Several photos in one cell are of one group, unless the row names another.

    Raises:
        BadData: it is no table, lacks a column, or a row names no category or no photo that is
            there.
    """
    try:
        with (
            files.open(table) as file,
            open_table(file, PHOTO, COLUMNS.known, encoding) as opened,
        ):
            columns = opened.header.names
            photo, label = (_column(names, columns, source) for names in (PHOTO, _LABEL))
            group = next((columns.index(name) for name in _GROUP if name in columns), photo)
            for row in opened.rows:
                where = f"row {row.line} of {source}"
                if isinstance(row, BrokenRecord):
                    raise BadData(f"{where}: {row.reason}")
                cells = [shown(cell).strip() for cell in row.cells]
                names = photo_names(cells[photo])
                if not names:
                    raise BadData(f"{where} names no photo")
                if not cells[label]:
                    raise BadData(f"{where} names no category")
                for what, cell, longest in (
                    ("photo's name", cells[photo], MAX_LINE),
                    ("category", clean(cells[label]), LONGEST_LABEL),
                    ("group", clean(cells[group]), MAX_LINE),
                ):
                    if fault := fault_of(what, cell, longest):
                        raise BadData(f"{where}: {fault}")
                for name in names:
                    found = _found(files, table, name, where)
                    yield found, cells[label], clean(cells[group]) or names[0]
    except NoHeader as error:
        raise BadData(f"{source} {error}{near_name(error.cells, PHOTO)}") from error
    except BadTable as error:
        raise BadData(f"{source} {error}") from error
    except BadArchive as error:
        raise BadData(str(error)) from error
    except DAMAGED as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadData(f"{source} cannot be read: {why}") from error


def _column(names: Sequence[str], columns: Sequence[str], source: Path) -> int:
    found = [columns.index(name) for name in names if name in columns]
    if not found:
        near = near_name(columns, names)
        raise BadData(f"{source} lacks a column named {' or '.join(names)}{near}")
    return found[0]


def _found(files: ShopFiles, table: str, name: str, where: str) -> PhotoFile:
    try:
        return files.find(name, table)
    except NoSuchFile as error:
        raise BadData(f"{where} names a photo that {error}: {name[:200]}") from error
