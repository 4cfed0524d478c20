"""What a search gives, whoever asks: a page, the JSON API or the command line."""

from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.cards import ProductCard
from catalog.labelling import is_files
from embeddings.reading.verdict import Category, Colour, Verdict
from embeddings.types import Reading

__all__ = ["Hit", "ProductCard", "SearchResult"]


class Hit(NamedTuple):
    """One product, and how likely it is to be what was asked about (see `meaning`)."""

    product: ProductCard  # its digest is that of the photo that matched
    score: float  # 0..1, a calibrated probability
    cosine: float  # -1..1
    variants: int = 1  # products of its style that satisfy the filters, itself among them


DEEPEST = 10_000
"""Products of a search that can be paged to, the likest: ranking takes time for each of them."""


def last_page(total: int, per_page: int) -> int:
    """Return which page of a search is its last, from 1: what lies beyond `DEEPEST` has none."""
    return max(1, min(-(-total // per_page), DEEPEST // per_page))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of an answer; all of it is of one instant of the catalogue."""

    verdict: Verdict | None  # None where a product, not a photo, was asked about
    is_close: bool  # whether anything that satisfies the filters is near enough to be called alike
    category: Category | None
    colour: Colour | None  # of the garment; None where none was asked about, or none is told
    hits: tuple[Hit, ...]
    total: int  # how many products, or styles, satisfy the filters, over all pages
    total_products: int  # how many products those are: more than `total` where variants are folded
    page: int  # from 1
    per_page: int
    model: str  # the name of the one that answered
    fingerprint: str  # and what tells it from every other
    meaning: str  # of a score: the same kind, look or product (embeddings.model.options.MEANINGS)
    reading: Reading | None = None  # to page on without the photo
    timing_ms: dict[str, float] = field(default_factory=dict)  # decode, encode, search, load

    @property
    def pages(self) -> int:
        """Which page is the last that can be asked for, at least 1; see `DEEPEST`."""
        return last_page(self.total, self.per_page)


def category_by(human: str | None, model: str | None, labelled_by: str | None) -> str | None:
    """Return who decided a product's category: `human`, `file` or `model`."""
    if human is not None:
        return "file" if is_files(human, labelled_by) else "human"
    return None if model is None else "model"
