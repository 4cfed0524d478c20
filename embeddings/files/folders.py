"""Lists the files below a folder as a person sees them, and finds one by its name."""

import os
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from embeddings.files import names
from embeddings.files.clutter import HOME_MARK, is_clutter_file, is_clutter_folder

Tell: TypeAlias = Callable[[str, str], None]
"""Is told what was passed over: its name below the folder, and why."""


def walk(
    root: Path, tell: Tell = lambda _name, _why: None, but: Collection[Path] = ()
) -> Iterator[str]:
    """Name every file below a folder, sorted, with `/` between.

    Clutter is left out without a word. Told of are folders that cannot be read, links that lead
    nowhere or to a folder, what is neither file nor folder, a shop's home, and the folders `but`.
    One folder's names are held at a time.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(root / below) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            tell(below or ".", f"a folder that cannot be read: {error.strerror}")
            continue
        if below and (_is_home(listed) or any(_is_same(root / below, each) for each in but)):
            tell(below, "a shop's own pictures")
            continue
        folders = []
        for entry in listed:
            name = below + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not is_clutter_folder(entry.name):
                    folders.append(f"{name}/")
            elif is_clutter_file(entry.name):
                continue
            elif _is_file(entry):
                yield name
            else:
                tell(name, _kind(entry))
        waiting += reversed(folders)


class FileFinder:
    """Finds files below a folder, by their names or by names that look the same."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # The files of a table lie in few folders, and a name that fits may be any in its folder.
        self._listed = lru_cache(100)(_by_key)

    def find(self, name: str) -> list[Path]:
        """Return the path that is `name`, with `/` between, or all whose parts share its keys.

        A name that is there goes first, so more than one comes only where no one is meant. Dots
        are taken as they are: whether the path leads out is the caller's to look at.
        """
        exact = self._root / name
        if os.path.lexists(exact):
            return [exact]
        found = [self._root]
        for part in name.split("/"):
            if part in ("", "."):
                continue
            found = [path for folder in found for path in self._fitting(folder, part)]
        return found

    def _fitting(self, folder: Path, part: str) -> list[Path]:
        if part == ".." or os.path.lexists(folder / part):
            return [folder / part]
        return [folder / name for name in self._listed(folder).get(names.key(part), ())]


def _by_key(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        listed = sorted(os.listdir(folder))
    except OSError:  # no folder, or not ours to read: nothing in it fits
        return found
    for name in listed:
        found.setdefault(names.key(name), []).append(name)
    return found


def _is_home(listed: Collection[os.DirEntry[str]]) -> bool:
    return any(entry.name == HOME_MARK for entry in listed)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a loop of links
        return False


def _kind(entry: os.DirEntry[str]) -> str:
    if not entry.is_symlink():
        return "neither a file nor a folder"
    try:
        folder = entry.is_dir()
    except OSError:
        folder = False
    return "a link to a folder, which is not followed" if folder else "a link that leads to no file"
