"""Opens a stranger's ZIP: what it must be before anything in it is read.

A better zip bomb (overlapping entries): https://www.bamsoftware.com/hacks/zipbomb/
"""

import posixpath
import re
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from embeddings.errors import BadArchive
from embeddings.files.archive_names import names_of

DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
"""What reading an entry raises where its bytes are not those that were packed."""

_ENCRYPTED = 0x1 | 0x40 | 0x2000  # classic, strong, and with a hidden directory
_DRIVE = re.compile(r"[A-Za-z]:")
_LOCAL_HEADER_BYTES = 30
_END = struct.Struct("<4s4H2LH")  # the record at the end of every archive
_END_MARK = b"PK\5\6"
_ENTRY_MARK = b"PK\1\2"  # of the list that stands before the end
_END_64 = struct.Struct("<4sQ2H2L4Q")
_END_64_MARK, _LOCATOR_MARK, _LOCATOR_BYTES = b"PK\6\6", b"PK\6\7", 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much of an archive we are willing to take."""

    max_entries: int = 200_000
    max_total_bytes: int = 32 * 2**30  # unpacked
    max_directory_bytes: int = 64 * 2**20  # the list of entries, which is held in memory
    max_entry_bytes: int = 8 * 2**30  # unpacked, of one entry
    max_ratio: int = 200  # bytes unpacked of one; photos have about 1, tables rarely 20
    ratio_counts_from: int = 256 * 2**20  # bytes unpacked: a blank picture packs a thousandfold
    total_ratio_counts_from: int = 2**30  # likewise, of all entries together


DEFAULT_ARCHIVE_LIMITS = ArchiveLimits()


def open_archive(path: Path, limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS) -> ZipFile:
    """Open a ZIP whose entries are all such as an honest archive has; the caller closes it.

    The entries' `filename` is what whoever packed them read, with `/` between, inside the
    archive's folder; a folder's ends with `/`.

    Raises:
        BadArchive: it is none, or breaks a rule; see `check_directory` and `check_entries`.
    """
    try:
        with path.open("rb") as file:
            check_directory(file, limits)
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise BadArchive(f"{path.name} is no whole ZIP: {error}") from error
    try:
        _rename(archive.infolist())
        check_entries(archive.infolist(), path.stat().st_size, limits)
        _check_begin(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def check_directory(file: BinaryIO, limits: ArchiveLimits) -> None:
    """Refuse a list of entries that would not fit in memory, before it is loaded.

    Raises:
        BadArchive: it is too long, or not the only one.
    """
    end = file.seek(0, 2)
    start = max(0, end - (1 << 16) - _END.size - _LOCATOR_BYTES - _END_64.size)
    file.seek(start)
    tail = file.read()
    if sum(1 for _ in _ends(tail)) > 1:
        raise BadArchive("the ZIP is damaged, or made to harm: it ends in two ways")
    at = tail.rfind(_END_MARK)
    if 0 <= at <= len(tail) - _END.size:
        *_, entries, size, _offset, _comment = _END.unpack_from(tail, at)
        wide = tail.rfind(_END_64_MARK, 0, at)
        if tail[at - _LOCATOR_BYTES :].startswith(_LOCATOR_MARK) and wide >= 0:
            *_, entries, size, _offset = _END_64.unpack_from(tail, wide)
        if entries > limits.max_entries or size > limits.max_directory_bytes:
            raise BadArchive(f"a ZIP has at most {limits.max_entries} entries, this has {entries}")
    file.seek(0)


def _check_begin(archive: ZipFile) -> None:
    """Refuse an archive behind another one, of which nothing would be read. Raises: BadArchive."""
    before = min((entry.header_offset for entry in archive.infolist()), default=0)
    file = archive.fp
    if not before or file is None:
        return
    start = max(0, before - (1 << 16) - _END.size)
    file.seek(start)
    at = (tail := file.read(before - start)).rfind(_END_MARK)
    if not 0 <= at <= len(tail) - _END.size:
        return
    *_, size, _offset, _comment = _END.unpack_from(tail, at)
    file.seek(max(0, start + at - size))
    if size and file.read(len(_ENTRY_MARK)) == _ENTRY_MARK:
        raise BadArchive("the ZIP is two, one behind the other: take them apart")


def _ends(tail: bytes) -> Iterator[int]:
    """Yield where end records begin that reach just to the file's end: a comment may hold one."""
    at = tail.find(_END_MARK)
    while 0 <= at <= len(tail) - _END.size:
        *_, comment = _END.unpack_from(tail, at)
        if at + _END.size + comment == len(tail):
            yield at
        at = tail.find(_END_MARK, at + 1)


def _rename(entries: Sequence[ZipInfo]) -> None:
    for entry, name in zip(entries, names_of(entries), strict=True):
        plain_name(entry.orig_filename)
        is_folder = name.endswith(("/", "\\"))
        entry.filename = plain_name(name) + ("/" if is_folder else "")


def check_entries(entries: Iterable[ZipInfo], archive_bytes: int, limits: ArchiveLimits) -> None:
    """Refuse a whole archive for any entry that no honest archive has.

    Raises:
        BadArchive: an entry leaves the archive's folder, is a link or a device, is encrypted,
            is there twice, shares its bytes with another or unpacks to too much; or there is
            no entry.
    """
    names: set[str] = set()
    total = number = 0
    spans: list[tuple[int, int]] = []
    for entry in entries:
        number += 1
        _check_kind(entry)
        name = plain_name(entry.filename)
        if name in names:
            raise BadArchive(f"the ZIP has '{name}' twice")
        names.add(name)
        total += entry.file_size
        _check_size(entry, limits)
        spans.append((entry.header_offset, entry.compress_size + _LOCAL_HEADER_BYTES))
    if number > limits.max_entries:
        raise BadArchive(f"a ZIP has at most {limits.max_entries} entries, this has {number}")
    if total > limits.max_total_bytes:
        raise BadArchive(f"a ZIP unpacks to at most {limits.max_total_bytes} bytes, not {total}")
    if total > max(limits.total_ratio_counts_from, limits.max_ratio * archive_bytes):
        raise BadArchive(
            f"the ZIP unpacks to more than {limits.max_ratio} times its size: no shop's does"
        )
    if not number:
        raise BadArchive("the ZIP is empty")
    _check_overlaps(spans, archive_bytes)


def plain_name(name: str) -> str:
    """Return an entry's name with `/` between, inside the archive's folder.

    Raises:
        BadArchive: it leads out of it, or has a NUL.
    """
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or "\0" in path or ".." in path.split("/"):
        raise BadArchive(f"the ZIP has a path that leads out of it: {name[:200]!r}")
    return posixpath.normpath(path)


def _check_kind(entry: ZipInfo) -> None:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadArchive(f"the ZIP has a link or a device: '{name}'")
    if entry.flag_bits & _ENCRYPTED:
        raise BadArchive(f"the ZIP is encrypted ('{name}'): pack it without a password")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadArchive(f"'{name}' is packed in a way we do not read: pack it as a usual ZIP")


def _check_size(entry: ZipInfo, limits: ArchiveLimits) -> None:
    if entry.file_size > limits.max_entry_bytes:
        raise BadArchive(
            f"'{entry.filename}' unpacks to {entry.file_size} bytes, more than "
            f"{limits.max_entry_bytes}"
        )
    if entry.file_size < limits.ratio_counts_from:
        return
    if entry.file_size > limits.max_ratio * max(1, entry.compress_size):
        raise BadArchive(
            f"'{entry.filename}' unpacks to more than {limits.max_ratio} times its size: "
            "no picture or table does"
        )


def _check_overlaps(spans: list[tuple[int, int]], archive_bytes: int) -> None:
    end = 0
    for start, length in sorted(spans):
        if start < end or start + length > archive_bytes:
            raise BadArchive("the ZIP is damaged, or made to harm: its entries share their bytes")
        end = start + length
