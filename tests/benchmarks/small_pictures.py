"""A supplier's stock of small pictures, each like no other, as a ZIP with its table."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from PIL import Image

SIDE = 64  # of a small picture


def stock(path: Path, first: int, count: int) -> Path:
    """Write so many products, each with a picture of its own."""
    with ZipFile(path, "w") as file:
        for number in range(first, first + count):
            file.writestr(f"{number}.jpg", picture(number))
        file.writestr("stock.csv", "".join(lines(first, count)))
    return path


def lines(first: int, count: int, photo: str | None = None) -> Iterator[str]:
    """Write a table of so many products, all of one picture or each of its own."""
    yield "sku,title,photo,price\n"
    for number in range(first, first + count):
        yield f"SKU-{number},Product {number},{photo or f'{number}.jpg'},9.90\n"


def picture(number: int) -> bytes:
    """Make a small picture that is like no other: a coarse pattern, as a garment has."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(0, 255, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()
