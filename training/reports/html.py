"""Reports as one HTML file each, pictures included, so that it can be sent or kept.

What these functions give is `Markup`; text that is none is escaped wherever it is put, so a name
out of somebody's data cannot become a part of the page. `parts.html` says how each part looks.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from PIL import Image

from embeddings.types import Pixels


def page(title: str, parts: Iterable[Markup]) -> str:
    """Return a whole page."""
    return str(_part("page", title, list(parts)))


def section(title: str, *parts: Markup) -> Markup:
    """Return a section with a heading."""
    return _part("section", title, parts)


def row(*parts: Markup) -> Markup:
    """Return parts that stand beside each other."""
    return _part("row", parts)


def paragraph(text: str) -> Markup:
    """Return a paragraph of plain text."""
    return _part("paragraph", text)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table of plain values."""
    return _part("table", head, list(rows))


def thumbnail(grey: Pixels, caption: str) -> Markup:
    """Show one grey picture `(h, w)` or `(h, w, 1)`, enlarged without smoothing."""
    buffer = io.BytesIO()
    Image.fromarray(grey.reshape(grey.shape[:2])).save(buffer, format="PNG")
    return _part("thumbnail", _data(buffer.getvalue()), caption)


def drawing(path: Path, description: str) -> Markup:
    """Show a PNG file."""
    return _part("drawing", _data(path.read_bytes()), description)


@cache
def _parts() -> Any:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    strict = jinja2.StrictUndefined
    return (
        jinja2.Environment(loader=loader, autoescape=True, undefined=strict)
        .get_template("parts.html")
        .module
    )


def _part(name: str, *values: object) -> Markup:
    part: Markup = getattr(_parts(), name)(*values)
    return part


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
