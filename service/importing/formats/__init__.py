"""The exports of shop systems, each told by its columns and turned into ours."""

from service.importing.formats.format import Format
from service.importing.formats.known import recognised

__all__ = ["Format", "recognised"]
