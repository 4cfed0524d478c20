"""A shop's photos in folders: one folder a category, and within it one a group."""

from collections.abc import Iterator
from pathlib import Path

from embeddings.files.names import key
from embeddings.tables.contents import Contents
from training.data.photo_file import PhotoFile
from training.data.shop_files import ShopFiles
from training.errors import BadData


def photos_of_folders(
    files: ShopFiles, contents: Contents, source: Path
) -> Iterator[tuple[PhotoFile, str, str]]:
    """Return each photo's file, category and group.

    Raises:
        BadData: a photo lies in no category's folder, or is of a format that is not read.
    """
    # To leave out a TIFF one, say, would change the figures.
    unread = [f"{n} ({why})" for n, why in contents.passed_over.items() if why.endswith(" picture")]
    if unread:
        raise BadData(f"{len(unread)} photos cannot be read: {', '.join(unread[:10])}")
    skipped = _folder_of_all(contents, source)
    for name in contents.pictures:
        category, _, below = name.removeprefix(skipped).partition("/")
        if not below:
            raise BadData(
                f"{files.file(name)} is in no category's folder: it belongs into {source}/CATEGORY/"
            )
        yield files.file(name), category, f"{category}/{below.partition('/')[0]}"


def _folder_of_all(contents: Contents, source: Path) -> str:
    """Name the folder that was packed as a whole into a ZIP which is called as it is, or none."""
    tops = {name.partition("/")[0] for name in contents.pictures}
    called = source.suffix.lower() == ".zip" and {key(top) for top in tops} == {key(source.stem)}
    return f"{tops.pop()}/" if called and len(tops) == 1 else ""
