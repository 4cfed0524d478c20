"""Reads the forms that browsers and HTTP libraries write, without compiling patterns for each.

Werkzeug compiles two regular expressions for every new boundary, which takes longer than the
search of ten thousand products. Whatever is unusual in a form is left to Werkzeug, so the outcome
never differs from its own but in one thing: the photo is a file with or without a file name, as
RFC 7578 has it. A property test holds the two together.
"""

import io
import re
from dataclasses import dataclass, replace
from typing import IO

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

PHOTO = "photo"  # the field that is a file in any case
_CHARSETS = {"ascii", "us-ascii", "utf-8", "iso-8859-1"}  # of a field; others are old ones
_STEP = 64 * 1024  # bytes given to Werkzeug at once

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
    charset: str = "utf-8"

    @property
    def is_file(self) -> bool:
        """Whether the part is a file, not a value."""
        return self.filename is not None or self.name == PHOTO


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
        if parts is None or _in_fields(parts) > (self.max_form_memory_size or 0):
            try:
                parts = self._any_parts(body, boundary.encode())
            except RequestEntityTooLarge as error:
                raise RequestEntityTooLarge(self._most()) from error
            except ValueError:
                if not self.silent:
                    raise
                parts = []
        form = [(each.name, each.data.decode(each.charset, "replace")) for each in _fields(parts)]
        files = [
            (each.name, FileStorage(io.BytesIO(each.data), each.filename or "", each.name))
            for each in parts
            if each.is_file
        ]
        return io.BytesIO(), self.cls(form), self.cls(files)

    def _most(self) -> str:
        most_kb = (self.max_form_memory_size or 0) // 1024
        return f"a form has at most {self.max_form_parts} parts, and {most_kb} kB beside the photo"

    def _any_parts(self, body: bytes, boundary: bytes) -> list[Part]:
        """Split any form, as Werkzeug does. Raises: ValueError, RequestEntityTooLarge."""
        if not boundary:
            raise ValueError("Missing boundary")
        decoder = MultipartDecoder(
            boundary, self.max_form_memory_size, max_parts=self.max_form_parts
        )
        parts: list[Part] = []
        pieces: list[bytes] = []
        steps = [body[start : start + _STEP] for start in range(0, len(body), _STEP)]
        for step in [*steps, None]:
            decoder.receive_data(step)
            while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
                if isinstance(event, Field | File):
                    head, pieces = event, []
                elif isinstance(event, Data):
                    pieces.append(event.data)
                    filename = head.filename if isinstance(head, File) else None
                    part = Part(head.name, filename, b"", _charset_of(head))
                    if not part.is_file and sum(map(len, pieces)) > (
                        self.max_form_memory_size or 0
                    ):
                        raise RequestEntityTooLarge
                    if not event.more_data:
                        parts.append(replace(part, data=b"".join(pieces)))
        return parts


def _fields(parts: list[Part]) -> list[Part]:
    return [each for each in parts if not each.is_file]


def _in_fields(parts: list[Part]) -> int:
    return sum(len(each.data) for each in _fields(parts))


def _charset_of(head: Field | File) -> str:
    said = parse_options_header(head.headers.get("content-type"))[1].get("charset", "").lower()
    return said if said in _CHARSETS else "utf-8"


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
