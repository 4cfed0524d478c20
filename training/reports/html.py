"""Reports as one HTML file each, pictures included, so that it can be sent or kept."""

import base64
import html
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from embeddings.types import Pixels

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1c1c; background: #fff }
h1, h2 { line-height: 1.2; margin-top: 2.2rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem .8rem; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child { text-align: left }
figure { display: inline-block; margin: .25rem; text-align: center; vertical-align: top }
figcaption { font-size: .75rem; max-width: 8rem }
img { max-width: 100% }
img.pixels { image-rendering: pixelated; width: 84px; height: 84px; background: #000 }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Give a whole page; `parts` are HTML, the title is plain text."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head>'
        f"<body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


def section(title: str, *parts: str) -> str:
    """Give a section with a heading."""
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def paragraph(text: str) -> str:
    """Give a paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give a table of plain values."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def thumbnail(grey: Pixels, caption: str) -> str:
    """Show one grey picture `(h, w)` or `(h, w, 1)`, enlarged without smoothing."""
    buffer = io.BytesIO()
    Image.fromarray(grey.reshape(grey.shape[:2])).save(buffer, format="PNG")
    source = _data(buffer.getvalue())
    text = escape(caption)
    image = f'<img class="pixels" alt="{text}" src="{source}">'
    return f"<figure>{image}<figcaption>{text}</figcaption></figure>"


def drawing(path: Path, description: str) -> str:
    """Show a PNG file."""
    return f'<img alt="{escape(description)}" src="{_data(path.read_bytes())}">'


def escape(text: str) -> str:
    """Make plain text safe inside HTML."""
    return html.escape(text, quote=True)


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
