"""Tells what a file is that was taken for a table, and what to do about it."""

import re

from embeddings.tables.lines import encoding_of

HEAD = 1 << 16  # bytes; enough for the names of a workbook's first parts

_SAVE = (
    "open it in the spreadsheet program, save it as 'CSV UTF-8' "
    "(Excel: File, Save As; LibreOffice: Save As, Text CSV, UTF-8) and give that file"
)
_UNPACK = "unpack it and give what is inside"
_EXPORT = "give a CSV instead"
_STARTS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind", _SAVE),
    (b"\x1f\x8b", "packed with gzip", _UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF", "a PDF document", _EXPORT),
    (b"SQLite format 3\0", "a SQLite database", _EXPORT),
    (b"PAR1\x15", "a Parquet file", _EXPORT),
    (b"{\\rtf", "a text document (RTF)", _EXPORT),
    (b"\xff\xd8\xff", "a picture (JPEG)", _EXPORT),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)", _EXPORT),
    (b"GIF87a", "a picture (GIF)", _EXPORT),
    (b"GIF89a", "a picture (GIF)", _EXPORT),
    (b"II*\0", "a picture (TIFF)", _EXPORT),
    (b"MM\0*", "a picture (TIFF)", _EXPORT),
    (b"\x7fELF", "a program", _EXPORT),
    (b"MZ\x90\0", "a program", _EXPORT),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HTML = re.compile(r"<(?:!doctype html|html|head|body|meta|table|style|script|div)\b", re.I)


def what_it_is(head: bytes) -> str | None:
    """Say of a file's first bytes what they are and what to do, or None where it may be a table.

    Only what no table can begin with counts, and `HEAD` bytes are enough.
    """
    for start, what, advice in _STARTS:
        if head.startswith(start):
            return f"is {what}: {advice}"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _of_zip(head)
    if re.match(rb"BZh[1-9]1AY&SY", head):
        return f"is packed with bzip2: {_UNPACK}"
    if re.match(rb"RIFF.{4}(?:WEBP|WAVE|AVI )|\0..[^,;\t]ftyp", head, re.S):
        return f"is a picture, a film or a sound: {_EXPORT}"
    return None


def what_the_text_is(head: bytes) -> str | None:
    """Say the same of a text in which no header was found."""
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff\0 \t\r\n")
    if _HTML.match(text):
        return f"is a web page (HTML), as some shops call their export: {_SAVE}"
    if text.startswith("<"):
        return f"is XML: {_EXPORT}"
    if text.startswith(("{", "[")):
        return f"is JSON: {_EXPORT}"
    if text.startswith("version https://git-lfs"):
        return "is a pointer of Git LFS and not the file itself: fetch it with git lfs pull"
    if len(_CONTROLS.findall(text)) * 10 > len(text):
        return f"is no text: {_EXPORT}"
    return None


def _of_zip(head: bytes) -> str:
    if b"opendocument.spreadsheet" in head:
        return f"is an OpenDocument spreadsheet: {_SAVE}"
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return f"is an Excel workbook: {_SAVE}"
    if b"Index/Document.iwa" in head:
        return "is a Numbers document: export it there as CSV, with the encoding UTF-8"
    return "is a ZIP archive: give its name the ending .zip"
