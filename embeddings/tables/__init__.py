"""Tables as shops have them: how the bytes of a CSV become rows, for an import and for training."""

from embeddings.tables.header import Header
from embeddings.tables.kinds import what_it_is
from embeddings.tables.lines import MAX_LINE, count_lines, is_encoding
from embeddings.tables.near import near_name
from embeddings.tables.reading import Table, open_table
from embeddings.tables.rows import BrokenRecord, Record
from embeddings.tables.shown import escape_cell, shown, unescape_cell

__all__ = [
    "MAX_LINE",
    "BrokenRecord",
    "Header",
    "Record",
    "Table",
    "count_lines",
    "escape_cell",
    "is_encoding",
    "near_name",
    "open_table",
    "shown",
    "unescape_cell",
    "what_it_is",
]
