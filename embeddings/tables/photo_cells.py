"""What a cell that names pictures means, in the ways that shops' programs write it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from embeddings.files.picture_files import is_named_as_picture

_BETWEEN = re.compile(r"\s*[,;]\s*")
_BEHIND = re.compile(r"[?#].*", re.S)  # of an address: ?v=2


def photo_names(cell: str) -> list[str]:
    """Split a cell into the names of pictures, each once, in their order.

    `|` stands between them. A comma or a semicolon does where only pictures' names are on all
    sides of it, for it may also be a part of a name.
    """
    found: dict[str, None] = {}
    for part in cell.split("|"):
        parts = _BETWEEN.split(part)
        several = len(parts) > 1 and all(map(_is_picture, parts))
        for name in parts if several else [part]:
            if name := name.strip().strip('"').strip():
                found[name] = None
    return list(found)


def spellings(name: str) -> Iterator[str]:
    """Yield what file a name may mean: as it stands first, then as programs write addresses.

    Backslashes are those of Windows; a leading slash is that of the pictures' folder; `%20` is a
    space; and what follows `?` is for browsers.
    """
    yield name
    told = {name}
    for plain in (name, _BEHIND.sub("", name)):
        for spelled in (plain, _decoded(plain)):
            slashed = spelled.replace("\\", "/")
            for form in (slashed, slashed.lstrip("/")):
                if form and form not in told:
                    told.add(form)
                    yield form


def hint_for(name: str, near: str | None) -> str:
    """Return what may be wrong with a name that no file has, to be put behind a message.

    `near` is the file that may be meant.
    """
    if len(re.findall(r"\.\w{3,4}\b", name)) > 1 and re.search(r"[\s,;]", name):
        return "; several pictures have | between them"
    return "" if near is None else f"; '{near[:100]}' is there"


def _is_picture(name: str) -> bool:
    return is_named_as_picture(_BEHIND.sub("", name.strip().strip('"')))


def _decoded(name: str) -> str:
    try:
        return unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name
