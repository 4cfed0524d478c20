"""JSON Lines: each line an object, whose names are the columns of that row.

https://jsonlines.org
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from embeddings.errors import BadTable, NoHeader
from embeddings.tables import MAX_LINE
from embeddings.tables.naming import MAX_COLUMNS, name_of
from service.importing.raw.cells import row_of
from service.importing.raw.patience import ends_at
from service.importing.raw.row import Fits, RawRow
from service.tables.json_names import name_twice


class JsonLines:
    """The rows of such a file; a name that a line leaves out is not spoken of."""

    line = 1
    notes: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Gather the names of all lines; a look, of those it has time for. Raises: BadTable."""
        self._file = file
        names: dict[str, None] = {}
        first = wrong = ""
        for count, (line, values, fault) in enumerate(self._lines(), 1):
            if ends_at(count):
                break
            if fault and not wrong:
                wrong = f"no line is an object; line {line}: {fault}"
            for name in values:
                names[name_of(name)] = None
            if len(names) > MAX_COLUMNS:
                raise BadTable(f"has more than {MAX_COLUMNS} names; a table has at most as many")
            first = first or ", ".join(values)
        self.names = tuple(names)
        if not fits(self.names):
            told_of = f"its first line has {first[:80]}" if first else wrong or "no line has names"
            raise NoHeader(f"needs objects with the name 'sku'; {told_of}", list(self.names))

    def __iter__(self) -> Iterator[RawRow]:
        for line, values, fault in self._lines(strict=True):
            yield row_of(line, values.items(), fault)

    def _lines(self, *, strict: bool = False) -> Iterator[tuple[int, dict[str, Any], str | None]]:
        """Give each line's number, its object, and why it is none or, if `strict`, ambiguous."""
        self._file.seek(0)
        number = empty = 0
        while line := self._file.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                while (more := self._file.readline(MAX_LINE)) and not more.endswith(b"\n"):
                    pass
                yield number, {}, f"a line has at most {MAX_LINE} bytes"
                continue
            line = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not line:
                empty += 1  # a file may have millions of them
                if ends_at(empty):
                    return
                continue
            try:
                told = orjson.loads(line)
            except ValueError as error:
                yield number, {}, f"the line is no JSON: {error}"
                continue
            if isinstance(told, dict):
                yield number, told, _twice(line, told) if strict else None
            else:
                yield number, {}, "the line is JSON, but no object with names"


def _twice(line: bytes, told: dict[str, Any]) -> str | None:
    name = name_twice(line, told)
    return None if name is None else f"the line says '{name[:60]}' twice"
