"""Products of pictures alone: what their files and folders are called says which they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import BadRow, BadSource
from catalog.labelling import Word
from catalog.stored import ProductFacts
from embeddings.files import names
from embeddings.files.names import printable
from embeddings.files.picture_files import stem_of
from service.importing.generic_names import in_order_of_views, is_generic, is_view_name
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.values import sku_of, text_of
from service.stock.picture_numbers import MAX_PHOTOS


class SkuFrom(StrEnum):
    """What a picture's SKU is taken from."""

    FILE = "file"  # each picture is a product
    FOLDER = "folder"  # each folder is a product, its pictures are that product's
    BOTH = "both"  # each picture is a product, named by its folder and itself


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """How pictures without a table are taken."""

    sku_from: SkuFrom | None = None  # None: as their names suggest
    category_from_folder: bool = False  # a folder's name is the word of whoever sorted into it


def picture_rows(
    pictures: Sequence[str], source: str, options: PictureOptions
) -> Iterator[Row | RowNote | RowError]:
    """Make products of pictures, in their order; a name that breaks a rule is an error.

    `source` is the name of the folder that holds them all.

    Raises:
        BadSource: a name that says of no product is in several folders, and nothing tells whether
            the folders are products.
    """
    kind = options.sku_from or _suggested(pictures)
    if kind is SkuFrom.FOLDER and options.sku_from is None:
        told = "each folder is taken for one product; --sku-from file, folder or both says it"
        yield RowNote(0, "", told)
    for line, (name, photos) in enumerate(_products(pictures, source, kind), start=1):
        try:
            yield _row(line, name, photos, options.category_from_folder, kind)
        except BadRow as error:
            cells = {"photo": printable("|".join(photos))}
            yield RowError(line, "", f"'{printable(photos[0])}': {error}", cells)


def products_ahead(pictures: Sequence[str], source: str, options: PictureOptions) -> int:
    """Return how many products `picture_rows` makes, or fails at, of the pictures."""
    try:
        kind = options.sku_from or _suggested(pictures)
    except BadSource:  # told when the rows are read
        return len(pictures)
    return sum(1 for _ in _products(pictures, source, kind))


def _suggested(pictures: Sequence[str]) -> SkuFrom:
    """Take names for SKUs, unless they are views of what the folders are. Raises: BadSource."""
    first: dict[str, str] = {}  # by key
    repeated: dict[str, tuple[str, str]] = {}  # of names that say of no product
    for picture in pictures:
        stem = stem_of(picture.rpartition("/")[2])
        before = first.setdefault(names.key(stem), picture)
        if before.rpartition("/")[0] != picture.rpartition("/")[0] and is_generic(stem):
            repeated.setdefault(stem, (before, picture))
    if not repeated:
        return SkuFrom.FILE
    if all(map(is_view_name, repeated)) and all("/" in picture for picture in pictures):
        return SkuFrom.FOLDER
    one, other = map(printable, next(iter(repeated.values())))
    raise BadSource(
        f"'{one}' and '{other}' are called alike, and by no product: say --sku-from folder if each "
        "folder is one product, or --sku-from both to name each picture by its folder and itself"
    )


def _products(
    pictures: Sequence[str], source: str, kind: SkuFrom
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each product's name, and its pictures."""
    if kind is SkuFrom.FOLDER:
        folders: dict[str, list[str]] = {}
        for picture in pictures:
            folders.setdefault(picture.rpartition("/")[0], []).append(picture)
        for folder, photos in folders.items():
            yield folder.rpartition("/")[2] or source, in_order_of_views(photos)
        return
    for picture in pictures:
        folder, _, file = picture.rpartition("/")
        stem = stem_of(file)
        if kind is SkuFrom.BOTH:
            stem = f"{folder.rpartition('/')[2] or source}-{stem}"
        yield stem, [picture]


def _row(
    line: int, name: str, photos: Sequence[str], category_from_folder: bool, kind: SkuFrom
) -> Row:
    """Make a product of its pictures. Raises: BadRow.

    The title is the SKU in words, for a new product only: somebody may have given it a better one.
    """
    if len(photos) > MAX_PHOTOS:
        raise BadRow(f"a product has at most {MAX_PHOTOS} photos, this folder has {len(photos)}")
    sku = sku_of(text_of("sku", name))
    above = photos[0].split("/")[:-1]
    if kind is SkuFrom.FOLDER:
        above = above[:-1]
    word = Word(text_of("category", above[-1])) if category_from_folder and above else None
    return Row(
        line,
        sku,
        ProductFacts(),
        tuple(photos),
        new_facts={"title": title_of(sku)},
        word=word,
        cells={"sku": sku, "photo": "|".join(photos)},
        same_photos=kind is SkuFrom.FILE and is_generic(name),
    )


def title_of(stem: str) -> str:
    """Make a title of a file's name."""
    return " ".join(stem.replace("_", " ").replace("-", " ").split()) or stem
