"""Where an import may write the rows that it refuses: in place of no file but another such."""

import re
from pathlib import Path

from service.errors import BadOutput

# As we write it, or as a spreadsheet saves it again.
_OURS = re.compile(rb'(?:\xef\xbb\xbf)?"?line"?[,;\t]"?reason"?[,;\t]', re.IGNORECASE)
_HEAD = 64  # bytes


def check_errors_file(path: Path, source: Path) -> None:
    """Check, before anything is imported, that writing to `path` loses nothing and can be done.

    Raises:
        BadOutput: it is the source, or would be taken for the table of the source's folder; it
            holds something else than refused rows; or its folder is not there.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise BadOutput(f"there is no folder '{folder}' to write the refused rows to")
    if path.exists() and source.exists() and path.samefile(source):
        raise BadOutput(f"'{path}' is what is imported: write the refused rows to another file")
    if source.is_dir() and path.resolve().is_relative_to(source.resolve()):
        raise BadOutput(
            f"'{path}' lies in the folder that is imported, whose table it would be the next "
            "time: write the refused rows elsewhere"
        )
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head and not _OURS.match(head):
            raise BadOutput(f"'{path}' is there and holds no refused rows: name another file")
