"""The parts of a workbook: which refer to which, and how large they may be.

ECMA-376, part 2, sections 9.2 (parts) and 9.3 (relationships).
"""

import posixpath
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from embeddings.errors import BadTable
from embeddings.files.archives import ArchiveLimits, check_directory, check_entries
from service.importing.raw.workbook_bounds import check_part

LIMITS = ArchiveLimits(
    max_entries=50_000,
    max_total_bytes=8 * 2**30,
    max_entry_bytes=2**30,
    ratio_counts_from=64 * 2**20,
)
MAX_PART = 64 * 2**20  # bytes of one that is held in memory whole
_MAX_STRINGS = 256 * 2**20  # of the texts that all sheets share
_READ_BY_ROWS = "worksheet+xml"
_NEVER_READ = "pivotCacheRecords+xml"
_STRINGS = "sharedStrings+xml"


def check_parts(file: BinaryIO) -> None:
    """Hold a workbook to what is read of it.

    Raises:
        BadArchive: it is no honest archive.
        BadTable: a part is too large.
    """
    check_directory(file, LIMITS)
    size = file.seek(0, 2)
    with ZipFile(file) as archive:
        check_entries(archive.infolist(), size, LIMITS)
        large = [entry for entry in archive.infolist() if entry.file_size > MAX_PART]
        if large:
            kinds = _kinds(archive)
            for entry in large:
                _check_large(entry, kinds)


def _check_large(entry: ZipInfo, kinds: dict[str, set[str]]) -> None:
    """Hold a large part that is no sheet to its size. Raises: BadTable."""
    # A part that is called two things is read as either.
    kind = kinds.get(entry.filename.lower(), set())
    if len(kind) == 1 and next(iter(kind)).endswith(_READ_BY_ROWS):
        return
    read = entry.filename.lower().endswith((".xml", ".rels"))
    if len(kind) == 1 and next(iter(kind)).endswith(_NEVER_READ):
        read = False
    most = _MAX_STRINGS if any(each.endswith(_STRINGS) for each in kind) else MAX_PART
    if read and entry.file_size > most:
        raise BadTable(
            f"has {entry.file_size} bytes in '{entry.filename[:80]}'; at most {most} are read"
        )


def _kinds(archive: ZipFile) -> dict[str, set[str]]:
    """Give the content types of parts, by their names in small letters."""
    kinds: dict[str, set[str]] = {}
    for each in part(archive, "[Content_Types].xml").iterfind("{*}Override"):
        name = each.get("PartName", "").lstrip("/").lower()
        kinds.setdefault(name, set()).add(each.get("ContentType", ""))
    return kinds


def path_of(archive: ZipFile, sheet: str) -> str:
    """Give the part that a sheet lies in. Raises: KeyError, or whatever damaged XML raises."""
    book = "xl/workbook.xml"
    paths = dict(relations(archive, book, "/worksheet"))
    for each in part(archive, book).iterfind(".//{*}sheet"):
        if each.get("name") == sheet:
            return next(paths[v] for k, v in each.attrib.items() if k.endswith("}id"))
    raise KeyError(sheet)


def relations(archive: ZipFile, name: str, kind: str) -> Iterator[tuple[str, str]]:
    """Give id and path of what a part of the workbook refers to within it."""
    folder, file = posixpath.split(name)
    path = f"{folder}/_rels/{file}.rels"
    if path not in archive.namelist():
        return
    for each in part(archive, path):
        if each.get("TargetMode") != "External" and each.get("Type", "").endswith(kind):
            target = each.get("Target", "")
            at = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield each.get("Id", ""), at


def part(archive: ZipFile, name: str) -> Element:
    """Parse a part. Raises: ValueError, BadTable: it is too large; what damaged XML raises."""
    entry = archive.getinfo(name)
    if entry.file_size > MAX_PART:
        raise ValueError(f"{name} has {entry.file_size} bytes")
    root: Element = fromstring(check_part(archive.read(entry), name))
    return root
