"""A shop of very many products whose vectors are random: what is timed does not depend on them."""

import numpy as np

from embeddings.types import Photo, Reading
from service.index.rows import stored_reading
from service.stock.record import PhotoRecord, ProductRecord, finish_import, record_batch
from service.wiring import Services

BATCH = 2_000
PICTURES = 100  # in the store; many products share one


def fill(services: Services, products: int) -> None:
    """Fill a catalogue with products of random readings, `S-0` and so on."""
    random = np.random.default_rng(0)
    pictures = [
        services.store.put(Photo(random.integers(0, 255, (28, 28, 3), dtype=np.uint8)))
        for _ in range(PICTURES)
    ]
    encoder = services.encoder
    labels, dim = encoder.labels, encoder.dim
    for first in range(0, products, BATCH):
        size = min(BATCH, products - first)
        vectors = random.normal(size=(size, dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        odds = random.dirichlet(np.ones(len(labels)) / 4, size).astype(np.float32)
        record_batch(
            [
                ProductRecord(
                    sku=f"S-{first + i}",
                    facts={
                        "title": f"{labels[int(odds[i].argmax())]} no. {first + i}",
                        "price_cents": 500 + 7 * (first + i) % 9_000,
                        "currency": "EUR",
                        "stock": (first + i) % 4,
                    },
                    photos=(
                        PhotoRecord(
                            f"{first + i:064x}",
                            pictures[(first + i) % PICTURES],
                            stored_reading(
                                Reading(np.log(odds[i] + 1e-6), odds[i], vectors[i]), encoder
                            ),
                        ),
                    ),
                )
                for i in range(size)
            ],
            services=services,
        )
    finish_import(services=services)
