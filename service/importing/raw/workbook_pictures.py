"""Which pictures lie on which row of a sheet, as a workbook's drawings say.

ECMA-376, part 1, section 20.5 (SpreadsheetML Drawing).
"""

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

IN_TABLE = "workbook:"
"""Before the name of a picture that lies in a table's own file."""

_MAX_PART = 64 * 2**20  # bytes of one drawing
_ANCHORS = ("twoCellAnchor", "oneCellAnchor")


def pictures_by_row(archive: ZipFile, sheet: str) -> dict[int, list[str]]:
    """Give the names of a sheet's pictures by the row that their upper edge is in, from 1.

    Empty where there are none, or the workbook does not say clearly where they are.
    """
    try:
        return _by_row(archive, _path_of(archive, sheet))
    except Exception:  # a sheet without readable drawings is a sheet without pictures
        return {}


def _by_row(archive: ZipFile, sheet: str) -> dict[int, list[str]]:
    found: dict[int, list[tuple[int, str]]] = {}
    there = set(archive.namelist())
    for drawing in _related(archive, sheet, "/drawing"):
        media = dict(_relations(archive, drawing, "/image"))
        for anchor in _part(archive, drawing):
            if anchor.tag.rpartition("}")[2] not in _ANCHORS:
                continue
            row, column = anchor.findtext("{*}from/{*}row"), anchor.findtext("{*}from/{*}col")
            for blip in anchor.iterfind(".//{*}blip"):
                id_ = next((v for k, v in blip.attrib.items() if k.endswith("}embed")), "")
                if row is not None and media.get(id_) in there:
                    place = (int(column or 0), IN_TABLE + media[id_])
                    found.setdefault(int(row) + 1, []).append(place)
    return {row: [name for _, name in sorted(places)] for row, places in found.items()}


def _path_of(archive: ZipFile, sheet: str) -> str:
    book = "xl/workbook.xml"
    paths = dict(_relations(archive, book, "/worksheet"))
    for each in _part(archive, book).iterfind(".//{*}sheet"):
        if each.get("name") == sheet:
            return next(paths[v] for k, v in each.attrib.items() if k.endswith("}id"))
    raise KeyError(sheet)


def _related(archive: ZipFile, part: str, kind: str) -> list[str]:
    return [path for _, path in _relations(archive, part, kind)]


def _relations(archive: ZipFile, part: str, kind: str) -> Iterator[tuple[str, str]]:
    """Give id and path of what a part of the workbook refers to within it."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in archive.namelist():
        return
    for each in _part(archive, path):
        if each.get("TargetMode") != "External" and each.get("Type", "").endswith(kind):
            target = each.get("Target", "")
            at = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield each.get("Id", ""), at


def _part(archive: ZipFile, name: str) -> Element:
    entry = archive.getinfo(name)
    if entry.file_size > _MAX_PART:
        raise ValueError(f"{name} has {entry.file_size} bytes")
    root: Element = fromstring(archive.read(entry))
    return root
