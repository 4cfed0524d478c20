"""Which pictures lie on which row of a sheet, as a workbook's drawings say.

ECMA-376, part 1, section 20.5 (SpreadsheetML Drawing).
"""

from zipfile import ZipFile

from service.importing.raw.workbook_parts import part, path_of, relations

IN_TABLE = "workbook:"
"""Before the name of a picture that lies in a table's own file."""

_ANCHORS = ("twoCellAnchor", "oneCellAnchor")


def pictures_by_row(archive: ZipFile, sheet: str) -> dict[int, list[str]]:
    """Give the names of a sheet's pictures by the row that their upper edge is in, from 1.

    Empty where there are none, or the workbook does not say clearly where they are.
    """
    try:
        return _by_row(archive, path_of(archive, sheet))
    except Exception:  # a sheet without readable drawings is a sheet without pictures
        return {}


def _by_row(archive: ZipFile, sheet: str) -> dict[int, list[str]]:
    found: dict[int, list[tuple[int, str]]] = {}
    there = set(archive.namelist())
    for drawing in _related(archive, sheet, "/drawing"):
        media = dict(relations(archive, drawing, "/image"))
        for anchor in part(archive, drawing):
            if anchor.tag.rpartition("}")[2] not in _ANCHORS:
                continue
            row, column = anchor.findtext("{*}from/{*}row"), anchor.findtext("{*}from/{*}col")
            for blip in anchor.iterfind(".//{*}blip"):
                id_ = next((v for k, v in blip.attrib.items() if k.endswith("}embed")), "")
                if row is not None and media.get(id_) in there:
                    place = (int(column or 0), IN_TABLE + media[id_])
                    found.setdefault(int(row) + 1, []).append(place)
    return {row: [name for _, name in sorted(places)] for row, places in found.items()}


def _related(archive: ZipFile, part: str, kind: str) -> list[str]:
    return list(dict.fromkeys(path for _, path in relations(archive, part, kind)))
