"""The files of a bundle: read within bounds, each held against its digest, told apart by all."""

import hashlib
import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.errors import BadBundle

DESCRIPTION = "bundle.json"
NETWORK_FILE = "model.onnx"
LARGEST_DESCRIPTION = 4 * 2**20  # bytes
DEEPEST = 32  # lists and objects within one another
LARGEST_FILE = 2**30  # bytes; a network of more is none for a shop's machine
MOST_FILES = 1_000
# What a network is trained on from: it need not be there where a bundle serves, nor is it read.
TRAINING_ENDINGS = (".h5", ".keras")
# What people read of a model; no network keeps its weights in these.
_PAPERS = (".md", ".json", ".csv", ".png", ".html", ".txt")
_DIGEST = re.compile("[0-9a-f]{64}")
_NOT_JUDGING = "facts"  # says how a model came about: no answer differs by it


def read_description(folder: Path) -> dict[str, Any]:
    """Read a folder's `bundle.json`. Raises: BadBundle, also where it is too large or too deep."""
    path = folder / DESCRIPTION
    try:
        told = json.loads(_read(path, LARGEST_DESCRIPTION))
    except (ValueError, RecursionError) as error:
        raise BadBundle(f"{path} cannot be read: {_first_line(error)}") from error
    if not isinstance(told, dict):
        raise BadBundle(f"{path} holds no JSON object")
    if _depth(told) > DEEPEST:
        raise BadBundle(f"{path} has more than {DEEPEST} lists and objects within one another")
    return told


def fingerprint_of(told: Mapping[str, Any]) -> str:
    """Return what tells a bundle from every other: the SHA-256 of all that its answers depend on.

    That is the description with the digest of every file, whatever order and spaces it is written
    with; only its facts are left out.
    """
    judging = {name: value for name, value in told.items() if name != _NOT_JUDGING}
    text = json.dumps(judging, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def listed_files(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each file that a description lists. Raises: TypeError, ValueError."""
    files = told["files"]
    if not isinstance(files, dict) or len(files) > MOST_FILES:
        raise TypeError(f"files are at most {MOST_FILES} names, each with a SHA-256")
    for name, digest in files.items():
        if not _is_plain(name):
            raise ValueError(f"{name[:100]!r} is no name of a file below the bundle's folder")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise ValueError(f"the file {name[:100]!r} has no SHA-256")
    if NETWORK_FILE not in files:
        raise ValueError(f"files lack '{NETWORK_FILE}'")
    return dict(files)


def _is_plain(name: str) -> bool:
    """Return whether a name leads down from its folder alone, on every system."""
    if not name.isprintable() or "\\" in name:  # no NUL, no halves of characters
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


def check_files(folder: Path, files: Mapping[str, str]) -> None:
    """Hold every file that serves against its digest. Raises: BadBundle."""
    for name in files:
        if not name.endswith(TRAINING_ENDINGS):
            read_file(folder, files, name)


def check_training_files(folder: Path, files: Mapping[str, str]) -> None:
    """Hold every file that a network is trained on from against its digest. Raises: BadBundle."""
    for name in files:
        if name.endswith(TRAINING_ENDINGS):
            read_file(folder, files, name)


def read_file(folder: Path, files: Mapping[str, str], name: str) -> bytes:
    """Read a listed file whole; what is given is what was held against the digest.

    Raises:
        BadBundle: it is not listed or missing, lies elsewhere, is too large or was changed.
    """
    path = folder / name
    if name not in files or not path.resolve().is_relative_to(folder.resolve()):
        raise BadBundle(f"{folder} lists no file {name[:100]!r} of its own")
    data = _read(path, LARGEST_FILE)
    if hashlib.sha256(data).hexdigest() != files[name]:
        raise BadBundle(f"{path} was changed: its SHA-256 is not the one in {DESCRIPTION}")
    return data


def weight_files(files: Mapping[str, str]) -> list[str]:
    """Name the listed files that a network may keep weights in, apart from its own."""
    others = (*TRAINING_ENDINGS, *_PAPERS)
    return [name for name in files if name != NETWORK_FILE and not name.endswith(others)]


def digest_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path, most: int) -> bytes:
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise BadBundle(f"{path} is no regular file")
        if told.st_size > most:
            raise BadBundle(f"{path} has {told.st_size:,} bytes, more than {most:,}")
        return path.read_bytes()
    except OSError as error:
        raise BadBundle(f"{path} cannot be read: {error.strerror or error}") from error


def _depth(told: object) -> int:
    """Return how many lists and objects lie within one another, without a call for each."""
    deepest, left = 0, [(told, 1)]
    while left:
        value, depth = left.pop()
        if isinstance(value, dict | list):
            deepest = max(deepest, depth)
            inner = value.values() if isinstance(value, dict) else value
            left += [(each, depth + 1) for each in inner]
    return deepest


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
