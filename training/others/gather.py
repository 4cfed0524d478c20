"""Picks the pictures of other things out of unpacked Debian packages."""

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from training.errors import BadData
from training.others.qt_resources import read_rcc
from training.others.sources import SOURCES, Source

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
ARCHIVES = {".rcc", ".sh3f", ".jar"}
LEAST_BYTES = 1500  # smaller files are icons
MAX_FILE_BYTES = 64 * 1024 * 1024


def gather(unpacked: Path, package: str, target: Path) -> None:
    """Copy the pictures of a package's sources into `target/SOURCE/`, each folder in one step.

    Files that are equal byte for byte come once.

    Raises:
        BadData: a source finds nothing in the package, or an archive in it is damaged.
    """
    sources = [source for source in SOURCES if source.package == package]
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".gathering-") as beside:
        counts = dict.fromkeys((source.name for source in sources), 0)
        seen = set()
        for path, content in pictures_in(unpacked):
            digest = hashlib.sha256(content).digest()
            wanted = next((source for source in sources if takes(source, path)), None)
            if wanted is None or digest in seen:
                continue
            seen.add(digest)
            folder = Path(beside, wanted.name)
            folder.mkdir(exist_ok=True)
            (folder / _file_name(counts[wanted.name], path)).write_bytes(content)
            counts[wanted.name] += 1
        if empty := [name for name, count in counts.items() if not count]:
            raise BadData(f"the package {package} holds no picture for {', '.join(empty)}")
        for name in counts:
            shutil.rmtree(target / name, ignore_errors=True)  # left by an interruption
            os.replace(Path(beside, name), target / name)


def takes(source: Source, path: str) -> bool:
    """Return whether a source wants the picture at this path in its package."""
    return bool(re.search(source.take, path)) and not re.search(source.leave, path)


def pictures_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each picture, sorted; within an archive as `archive!member`.

    Links are passed over: what they point at comes by itself, or is none of the package's.
    """
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if path.is_symlink() or suffix not in SUFFIXES | ARCHIVES or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if not LEAST_BYTES <= path.stat().st_size <= MAX_FILE_BYTES * 4:
            continue
        if suffix in SUFFIXES:
            yield name, path.read_bytes()
        else:
            members = _zipped(path) if suffix != ".rcc" else read_rcc(path.read_bytes())
            for member, content in members:
                shown = PurePosixPath(member).suffix.lower() in SUFFIXES
                if shown and len(content) >= LEAST_BYTES:
                    yield f"{name}!{member}", content


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda each: each.filename):
                if info.is_dir() or PurePosixPath(info.filename).suffix.lower() not in SUFFIXES:
                    continue
                with archive.open(info) as file:
                    content = file.read(MAX_FILE_BYTES + 1)
                if len(content) <= MAX_FILE_BYTES:
                    yield info.filename, content
    except (zipfile.BadZipFile, OSError) as error:
        raise BadData(f"{path.name} cannot be unpacked: {error}") from error


def _file_name(number: int, path: str) -> str:
    """Name a picture's copy: nothing of the path in the package can lead elsewhere."""
    last = PurePosixPath(path.replace("!", "/"))
    return f"{number:04d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', last.stem)}{last.suffix.lower()}"
