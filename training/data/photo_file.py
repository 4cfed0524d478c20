"""One photo to learn from: a file of its own, or one in a ZIP."""

import hashlib
from pathlib import Path
from typing import TypeAlias

from embeddings.tables.packed import PackedFile

PhotoFile: TypeAlias = Path | PackedFile


def size_of(file: PhotoFile) -> int:
    """Return how many bytes a photo has."""
    return file.size if isinstance(file, PackedFile) else file.stat().st_size


def digest_of(file: PhotoFile) -> bytes:
    """Return the SHA-256 of a photo's bytes. Raises: OSError."""
    if isinstance(file, PackedFile):
        return hashlib.sha256(file.read_bytes()).digest()
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def place_of(file: PhotoFile) -> str:
    """Name where a photo is, from whichever folder it was named."""
    if isinstance(file, PackedFile):
        return f"{file.archive.resolve()}/{file.place}"
    return str(file.resolve())


def below(file: PhotoFile, root: Path) -> str:
    """Name a photo as a person does who looks into `root`, or into the ZIP."""
    if isinstance(file, PackedFile):
        return file.place
    path, root = file.resolve(), root.resolve()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
