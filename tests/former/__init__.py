"""Catalogues as former versions have left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from embeddings.model.bundle import Bundle

FOLDER = Path(__file__).parent


def restore_former(path: Path, bundle: Bundle, version: str = "0001") -> None:
    """Write the catalogue of a former version, its photos read with `bundle`, to a file.

    It has the products RED, GREEN (of two photos) and Sé, "Été bleu".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (FOLDER / f"catalogue-{version}.sql").read_text(encoding="utf-8")
    text = text.replace(":bundle", str(bundle.path)).replace(":network", bundle.files["model.onnx"])
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(text)
