"""Reads the forms that browsers and HTTP libraries write, without compiling patterns for each.

Werkzeug compiles two regular expressions for every new boundary, which takes longer than the
search of ten thousand products. Whatever is unusual in a form is left to Werkzeug, so the outcome
never differs from its own; a property test holds the two together.
"""

import io
import re
from dataclasses import dataclass
from typing import IO

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

_HEAD = re.compile(
    rb'Content-Disposition: form-data; name="([A-Za-z0-9_]+)"'
    rb'(?:; filename="([A-Za-z0-9_ .()\-]*)"(?:\r\nContent-Type: [A-Za-z0-9_./+\-]+)?)?'
)

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form, or one file where it has a file name."""

    name: str
    filename: str | None
    data: bytes


class QuickFormParser(FormDataParser):
    """Parses a form from memory; the stream is bounded by MAX_CONTENT_LENGTH."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """Parse a body into its rest, fields and files."""
        boundary = (options or {}).get("boundary", "")
        if mimetype != "multipart/form-data" or not boundary.isascii():
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        parts = plain_parts(body, boundary.encode(), self.max_form_parts)
        fields = [each for each in parts or () if each.filename is None]
        too_much = sum(len(each.data) for each in fields) > (self.max_form_memory_size or 0)
        if parts is None or too_much:
            return super().parse(io.BytesIO(body), mimetype, content_length, options)
        form = [(each.name, each.data.decode("utf-8", "replace")) for each in fields]
        files = [
            (each.name, FileStorage(io.BytesIO(each.data), each.filename, each.name))
            for each in parts
            if each.filename is not None
        ]
        return io.BytesIO(), self.cls(form), self.cls(files)


def plain_parts(body: bytes, boundary: bytes, most: int | None) -> list[Part] | None:
    """Split a form into its parts; None where anything about it is out of the ordinary."""
    chunks = body.split(b"--" + boundary, -1 if most is None else most + 2)
    if not boundary or len(chunks) < 3 or (most is not None and len(chunks) > most + 2):
        return None
    if chunks[0] or chunks[-1] not in (b"--", b"--\r\n"):
        return None
    parts = []
    for chunk in chunks[1:-1]:
        end = chunk.find(b"\r\n\r\n")
        if end < 2 or not chunk.startswith(b"\r\n") or not chunk.endswith(b"\r\n"):
            return None
        head = _HEAD.fullmatch(chunk, 2, end)
        if head is None or len(chunk) < end + 6:  # the line breaks after head and data are two
            return None
        name, filename = head.groups()
        known = None if filename is None else filename.decode()
        parts.append(Part(name.decode(), known, chunk[end + 4 : -2]))
    return parts
