"""A shop's photos in folders: one folder a category, and within it one a group."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from embeddings.files.folders import Tell, walk
from embeddings.files.picture_files import head_of, why_no_picture
from training.errors import BadData


def photos_of_folder(source: Path, tell: Tell) -> Iterator[tuple[Path, str, str]]:
    """Yield each photo's path, category and group; `tell` hears what is passed over, and why.

    Raises:
        BadData: a photo lies in no category's folder, or is of a format that is not read.
    """
    unread: list[str] = []
    for name in walk(source, tell):
        why = why_no_picture(name.rpartition("/")[2], partial(head_of, source / name))
        if why is None:
            category, _, below = name.partition("/")
            if not below:
                path = source / name
                raise BadData(
                    f"{path} is in no category's folder: it belongs into {source}/CATEGORY/"
                )
            yield source / name, category, "/".join(name.split("/")[:2])
        elif why.endswith(" picture"):  # a TIFF one, say: to leave it out would change the figures
            unread.append(f"{name} ({why})")
        else:
            tell(name, why)
    if unread:
        raise BadData(f"{len(unread)} photos cannot be read: {', '.join(unread[:10])}")
