"""Small copies of the clothing photos' data set, drawn, in the forms that it comes in."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from embeddings.datasets.clothing_photos_fetch import Publication

COMMIT = "1f" * 20
LABELS = ("T-Shirt", "Pants", "Dress", "Not sure", "Hat", "Skip")
TABLE = "images.csv"


def photo_name(number: int) -> str:
    """Name a photo as the data set does, by a UUID."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def rows(count: int) -> list[dict[str, str]]:
    """Describe photos of six labels in turn, every fifth a child's, three of each sender."""
    return [
        {
            "image": photo_name(number),
            "sender_id": str(number // 3),
            "label": LABELS[number % len(LABELS)],
            "kids": str(number % 5 == 0),
        }
        for number in range(count)
    ]


def table_of(described: list[dict[str, str]]) -> bytes:
    """Write a table as the publisher did."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(described[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(described)
    return file.getvalue().encode()


def jpeg(number: int) -> bytes:
    """Draw a photo; no two are alike."""
    pixels = np.random.default_rng(number).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((50, 60), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def files(count: int, images: str = "images") -> dict[str, bytes]:
    """Give the files of the data set by name."""
    described = rows(count)
    photos = {f"{images}/{row['image']}.jpg": jpeg(n) for n, row in enumerate(described)}
    return {TABLE: table_of(described), "README.md": b"# Clothing dataset", **photos}


def publication(count: int, repository: str = "http://127.0.0.1:9/repository") -> Publication:
    """Say what is known of such a data set."""
    return Publication(
        commit=COMMIT,
        repository=repository,
        table_bytes=len(table_of(rows(count))),
        must_have=frozenset({photo_name(0), photo_name(1)}),
    )


def packed(content: dict[str, bytes], root: str = f"set-{COMMIT}/", comment: str = COMMIT) -> bytes:
    """Pack files as the public repository's server does."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment.encode()
        if root:
            archive.writestr(root, b"")
        for name, data in content.items():
            archive.writestr(root + name, data)
    return file.getvalue()


def write_folder(folder: Path, content: dict[str, bytes]) -> Path:
    """Lay files down in a folder."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
