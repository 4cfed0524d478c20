"""The same work done by the libraries alone: Pillow, ONNX Runtime, FAISS and SQLite.

This is the yardstick, so it has no checks, no filters and no promises; it is the one place
outside `embeddings.indexes` where FAISS is called.
"""

import io
import sqlite3
from pathlib import Path

import faiss
import numpy as np
import onnxruntime
from PIL import Image

from embeddings.model.bundle import Bundle
from embeddings.types import Ids, Pixels, Vectors

_ROWS = """
    select product.sku, product.title, product.category, product.url, product.price_cents,
           product.currency, product.stock, photo.digest
    from photo join product on product.id = photo.product_id
    where photo.id in ({})
"""


class Bare:
    """A pile of library calls over one catalogue's readings."""

    def __init__(self, database: Path, bundle: Bundle) -> None:
        """Load the network, and fill a FAISS index with every embedding of the bundle."""
        self._shape = (bundle.input.height, bundle.input.width, bundle.input.channels)
        self._network = onnxruntime.InferenceSession(bundle.network)
        self._database = sqlite3.connect(database)
        rows = self._database.execute(
            "select photo_id, embedding from reading where fingerprint = ? order by photo_id",
            (bundle.fingerprint,),
        ).fetchall()
        self._ids: Ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
        faiss.omp_set_num_threads(1)  # for one query more threads cost more than they give
        self._index = faiss.IndexFlatIP(bundle.embedding_dim)
        self._index.add(vectors.reshape(-1, bundle.embedding_dim).astype(np.float32))

    def decode(self, picture: bytes) -> Pixels:
        """Decode a grey picture of the network's own size with Pillow."""
        image = Image.open(io.BytesIO(picture))
        return np.asarray(image, dtype=np.uint8).reshape(self._shape)

    def encode(self, images: Pixels) -> tuple[Vectors, Vectors]:
        """Run the network on `(n, height, width, channels)`: logits and embeddings."""
        logits, embeddings = self._network.run(["logits", "embedding"], {"images": images})
        return logits, embeddings

    def search(self, embedding: Vectors, k: int) -> Ids:
        """Return the ids of the `k` photos nearest to an embedding `(1, dim)`."""
        _, rows = self._index.search(embedding, k)
        found: Ids = self._ids[rows[0]]
        return found

    def load(self, ids: Ids) -> list[tuple[object, ...]]:
        """Select what a page of results shows of these photos' products."""
        marks = ",".join("?" * len(ids))
        return self._database.execute(_ROWS.format(marks), ids.tolist()).fetchall()
