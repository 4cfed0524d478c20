"""Photos to try a search with, where a shop has laid some into the folder `samples` of its home.

They are no products: a shopper searches by one as by a photo of one's own.
"""

import re
from pathlib import Path

from embeddings.errors import MissingPhoto

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\.jpg")
_MOST = 24


def sample_names(folder: Path) -> list[str]:
    """Name the samples, in their order; none where there is no such folder."""
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.is_file())
    return sorted(name for name in names if _NAME.fullmatch(name))[:_MOST]


def sample_bytes(folder: Path, name: str) -> bytes:
    """Return a sample's file. Raises: MissingPhoto."""
    if not _NAME.fullmatch(name):
        raise MissingPhoto(f"a sample is a .jpg named in small letters, got '{name[:80]}'")
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise MissingPhoto(f"there is no sample '{name}'") from error
