"""Tells what kind of source a path is."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from catalog.errors import BadSource
from embeddings.errors import BadContents
from embeddings.tables import is_encoding
from embeddings.tables.contents import SourceKind, kind_of
from service.importing.csv_source import CsvSource
from service.importing.folder_source import FolderSource
from service.importing.picture_rows import PictureOptions, SkuFrom
from service.importing.raw import OPENED_AS, Renaming
from service.importing.table import TableOptions
from service.importing.zip_source import ZipSource

Opened: TypeAlias = CsvSource | FolderSource | ZipSource
"""What a path may be. Each has a `table` or none, and can `check` a picture without reading it."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How a source is to be read."""

    photos: Path | None = None  # the folder of a CSV's pictures; None: the CSV's own
    category_from_folder: bool = False  # a folder's name is the word of whoever sorted into it
    sku_from: SkuFrom | None = None  # what names a product that no table names
    encoding: str | None = None  # of a table that is not UTF-8 and does not say what it is
    renaming: Renaming = field(default_factory=Renaming)  # of a table's columns
    currency: str | None = None  # of a table's prices that do not say theirs
    fetch_hosts: tuple[str, ...] = ()  # whose pictures are fetched, beside those of the settings

    @property
    def pictures(self) -> PictureOptions:
        """How pictures without a table are taken."""
        return PictureOptions(self.sku_from, self.category_from_folder)


@contextmanager
def open_source(
    path: Path, options: SourceOptions, max_photo_bytes: int, own: Collection[Path] = ()
) -> Iterator[Opened]:
    """Open a table, a folder or a ZIP for reading; `own` is where the shop keeps its own pictures.

    Raises:
        BadSource: it is none of these, or breaks a rule as a whole.
    """
    encoding = options.encoding
    if encoding is not None and not is_encoding(encoding):
        raise BadSource(
            f"there is no encoding '{encoding}' of tables; Excel's is cp1252 in Western Europe"
        )
    try:
        kind = kind_of(path, OPENED_AS)
    except BadContents as error:
        raise BadSource(str(error)) from error
    table_options = TableOptions(encoding, options.renaming, options.currency)
    if kind is SourceKind.FOLDER:
        if options.photos is not None:
            raise BadSource("--photos goes with a CSV: name that, and not its folder")
        with closing(
            FolderSource(path, max_photo_bytes, options.pictures, own, table_options)
        ) as folder:
            yield folder
    elif kind is SourceKind.ARCHIVE:
        if options.photos is not None:
            raise BadSource("--photos goes with a CSV; a ZIP brings its own pictures")
        with closing(
            ZipSource(path, max_photo_bytes, options.pictures, table_options=table_options)
        ) as source:
            yield source
    else:
        photos = options.photos or path.parent
        with closing(CsvSource(path, photos, max_photo_bytes, table_options)) as table:
            yield table
