"""A comparison of two models as one HTML file with pictures, to look at and to send on."""

import base64
from pathlib import Path

from embeddings.errors import MissingPhoto
from embeddings.photos.preview import preview_of
from service.comparing.comparison import Comparison
from service.comparing.rows import both_sides, in_common, own_categories
from service.errors import BadOutput
from service.template_files import template_folder
from service.wiring import Services
from service.wording import counted

_SIDE = 160  # pixels
_CHANGES = 12  # with pictures; the others are a table


def write_page(found: Comparison, path: Path, *, services: Services) -> None:
    """Write the page. Raises: BadOutput where the file cannot be written."""
    import jinja2  # here and not above: `--help` can do without

    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template_folder()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = templates.get_template("comparison.html").render(
        found=found,
        both_sides=both_sides(found),
        in_common=in_common(found),
        own_categories=own_categories(found),
        pictured=found.changes[:_CHANGES],
        finer=[(e.before, e.after, f"{e.photos:,}") for e in found.finer],
        other_changes=[(e.before, e.after, f"{e.photos:,}") for e in found.changes[_CHANGES:]],
        counted=counted,
        picture=lambda digest: _as_data(digest, services),
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadOutput(f"{path} cannot be written: {error.strerror}") from error


def _as_data(digest: str, services: Services) -> str | None:
    """Return a picture as an address that holds it; None where it is missing or damaged."""
    try:
        preview, media_type = preview_of(services.store, digest, _SIDE)
    except MissingPhoto:
        return None
    return f"data:{media_type};base64,{base64.b64encode(preview).decode()}"
