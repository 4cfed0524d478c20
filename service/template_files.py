"""Where the templates are: beside the package in a checkout, inside it once installed."""

from pathlib import Path

_HERE = Path(__file__).parent


def template_folder() -> Path:
    """Return the folder of the Jinja templates."""
    installed = _HERE / "templates"
    return installed if installed.is_dir() else _HERE.parent / "templates"
