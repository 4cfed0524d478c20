"""Products of any pictures, put into the store and read as an import does."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from catalog.stored import PhotoRecord, ProductRecord
from embeddings.photos.perceptual_hash import hash_bytes
from embeddings.types import Photo, Reading
from service.index.rows import stored_reading
from service.wiring import Services
from tests.fakes import image_bytes

_SIDE = 12


class PictureEncoder:
    """Reads what is to be seen: the embedding is the picture's middle, 12 pixels a side, without
    its mean.

    So pictures that look alike have a high cosine, whatever made them; the colour is that of the
    strongest channel, grey where none is.
    """

    labels: tuple[str, ...] = ("light", "dark")
    colours: tuple[str, ...] = ("grey", "red", "green", "blue")
    dim = 3 * _SIDE * _SIDE + 1
    fingerprint = hashlib.sha256(b"what is to be seen").hexdigest()

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Read a batch of photos, in order; an empty batch gives an empty list."""
        return [self._read(photo) for photo in photos]

    def _read(self, photo: Photo) -> Reading:
        image = Image.fromarray(photo.pixels)
        middle = (image.width // 4, image.height // 4, image.width * 3 // 4, image.height * 3 // 4)
        small = image.resize((_SIDE, _SIDE), Image.Resampling.BOX, middle)
        seen = np.asarray(small, dtype=np.float32).ravel()
        embedding = np.append(seen - seen.mean(), 16.0)  # a plain picture has a direction, too
        mean = photo.pixels.mean(axis=(0, 1))
        light = float(mean.mean()) / 255
        colour = np.array([20.0, *(mean - mean.min())])
        return Reading(
            logits=np.array([light, 1 - light], dtype=np.float32),
            probabilities=np.array([light, 1 - light], dtype=np.float32),
            embedding=(embedding / np.linalg.norm(embedding)).astype(np.float32),
            colours=(colour / colour.sum()).astype(np.float32),
        )


def photo_record(services: Services, photo: Photo, *, hashed: bool = True) -> PhotoRecord:
    """Put a picture into the store, and tell of it as an import does."""
    prepared = services.store.prepare(photo)
    encoder = services.encoder
    [reading] = encoder.read([prepared])
    return PhotoRecord(
        source_digest=hashlib.sha256(image_bytes(photo)).hexdigest(),
        photo_digest=services.store.put(prepared),
        reading=stored_reading(reading, encoder),
        perceptual_hash=hash_bytes(prepared) if hashed else None,
    )


def product_of(
    services: Services, sku: str, *photos: Photo, hashed: bool = True, **facts: Any
) -> ProductRecord:
    """Make a product of these pictures."""
    return ProductRecord(
        sku=sku,
        facts={"title": f"Product {sku}", "stock": 1, **facts},
        photos=tuple(photo_record(services, photo, hashed=hashed) for photo in photos),
    )
