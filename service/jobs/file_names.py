"""What a file is called that a stranger's browser named: one part of a path, and no more."""

import os
import re
import unicodedata

from embeddings.files import names
from embeddings.files.names import printable

_LONGEST_BYTES = 150  # of UTF-8: file systems take 255
_OTHER = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')  # what some file system does not take


def file_name(told: str, otherwise: str = "upload") -> str:
    """Return the last part of a name, in characters that every file system takes.

    The ending stays, as it says what kind of file it is.
    """
    last = told.replace("\\", "/").rpartition("/")[2]
    shown = names.clean(printable(unicodedata.normalize("NFC", last)))
    stem, ending = os.path.splitext(_OTHER.sub("_", shown).strip(". "))
    ending = ending if len(ending) <= 10 else ""
    room = _LONGEST_BYTES - len(ending.encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").strip(". ")
    return f"{short or otherwise}{ending}"


def packed_name(first: str, files: int) -> str:
    """Return what the ZIP of so many files is called: by their folder, or else by the first one."""
    top, folder, _ = first.partition("/")
    if folder:
        return f"{file_name(top)}.zip"
    stem = os.path.splitext(file_name(first))[0]
    return f"{stem} and {files - 1:,} more.zip" if files > 1 else f"{stem}.zip"
