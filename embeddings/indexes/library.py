"""Loads faiss when it is first needed."""

from functools import cache
from typing import Any

import numpy as np

from embeddings.search.selection import Mask


@cache
def faiss() -> Any:
    """Return the library: importing it takes 0.2 s, and starts threads that a fork would lose."""
    import faiss

    return faiss


def bitmap(rows: Mask) -> Any:
    """Select rows by a truth for each."""
    return faiss().IDSelectorBitmap(np.packbits(rows, bitorder="little"))
