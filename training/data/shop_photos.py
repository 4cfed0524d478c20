"""A shop's own photos to train on: in category folders, or named by a table; or a ZIP of either."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from embeddings.files import names
from embeddings.model.bundle_rules import LONGEST_LABEL
from embeddings.tables import is_encoding
from training.data.photo_file import PhotoFile, below
from training.data.shop_files import files_of
from training.data.shop_folder import photos_of_folders
from training.data.shop_table import photos_of_table
from training.data.shop_twins import joined, twins
from training.errors import BadData

LEAST_PER_LABEL = 2  # one to fit on and one to hold out
_NAMED = 5  # files of a kind that are named; the others are counted

Say: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ShopPhoto:
    """One photo, what it shows, and which others it resembles."""

    path: PhotoFile
    label: str
    group: str  # a product, a photographer: never on both sides of a split


def read_shop_photos(
    source: Path, say: Say = lambda _line: None, encoding: str | None = None
) -> list[ShopPhoto]:
    """List a shop's photos, sorted by path; `say` hears what a person may want to know of them.

    A folder holds one folder a category; a folder within one of those is a group (the photos of
    one product, say), and a photo outside such a folder is a group of its own. A table, which may
    lie in the folder too, has the columns `photo` (or `image`, `file`), relative to it, `category`
    (or `label`), and perhaps `group` (or `sku`); `encoding` is that of one which does not tell its
    own. A ZIP holds the same as a folder, and is not unpacked. All are read as an import reads
    them. Categories that a person takes for the same are one, called as most of its photos call
    it; files that are the same are of one group.

    Raises:
        BadData: there are fewer than two categories, too few photos of one, or a row or a file
            makes no sense.
    """
    if encoding is not None and not is_encoding(encoding):
        raise BadData(f"there is no encoding '{encoding}' of tables; Excel's is cp1252")
    files, contents = files_of(source)
    if contents.table is None:
        found = list(photos_of_folders(files, contents, source))
    else:
        table = source if source.name == contents.table else source / contents.table
        found = list(photos_of_table(files, contents.table, table, encoding))
    if contents.passed_over:
        told = [f"{name} ({why})" for name, why in contents.passed_over.items()]
        say(f"passed over: {_some(told)}")
    found.sort(key=lambda photo: photo[0])
    labels = _one_spelling_each([label for _, label, _ in found], say)
    groups = _without_twins([(path, group) for path, _, group in found], labels, source, say)
    _check(labels, source)
    return [
        ShopPhoto(path, label, group)
        for (path, _, _), label, group in zip(found, labels, groups, strict=True)
    ]


def _one_spelling_each(labels: Sequence[str], say: Say) -> list[str]:
    """Call each category as most of its photos do, or as the first does."""
    written = [names.clean(label) for label in labels]
    for label in sorted(set(written)):
        if fault := names.fault_of("category", label, LONGEST_LABEL):
            raise BadData(f"{fault}: {label[:80]!r}")
        if not label:
            raise BadData("a category has no name")
    spellings: dict[str, Counter[str]] = {}
    for label in written:
        spellings.setdefault(names.key(label), Counter())[label] += 1
    chosen = {key: counts.most_common(1)[0][0] for key, counts in spellings.items()}
    for key, counts in spellings.items():
        if len(counts) > 1:
            say(f"{', '.join(sorted(counts))} are one category, called {chosen[key]}")
    return [chosen[names.key(label)] for label in written]


def _without_twins(
    photos: Sequence[tuple[PhotoFile, str]], labels: Sequence[str], source: Path, say: Say
) -> list[str]:
    """Return each photo's group, one for all photos that are the same file byte by byte."""
    root = source if source.is_dir() else source.parent
    same = list(twins(path for path, _ in photos))
    told, torn = [], []
    for numbers in same:
        places = list(dict.fromkeys(below(photos[number][0], root) for number in numbers))
        told.append(f"{places[0]} {len(numbers)} times")
        if len(shown := sorted({labels[number] for number in numbers})) > 1:
            torn.append(f"{', '.join(places[:3])} under {' and '.join(shown)}")
    if told:
        say(f"the same picture more than once, kept on one side of the split: {_some(told)}")
    if torn:
        say(f"the same picture under more than one category, which teaches both: {_some(torn)}")
    return joined([group for _, group in photos], same)


def _some(told: Sequence[str]) -> str:
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more


def _check(labels: Sequence[str], source: Path) -> None:
    counts = Counter(labels)
    if len(counts) < 2:
        raise BadData(f"training needs at least two categories, {source} has {len(counts)}")
    if few := sorted(label for label, count in counts.items() if count < LEAST_PER_LABEL):
        raise BadData(
            f"each category needs at least {LEAST_PER_LABEL} photos, too few are of: "
            f"{', '.join(few)}"
        )
