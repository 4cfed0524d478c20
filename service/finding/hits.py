"""Loads what a search has found: products as lists show them, and how many variants each has."""

from collections.abc import Iterable, Sequence

import numpy as np

from catalog import search_queries
from catalog.cards import ProductCard
from catalog.filters import Filters
from catalog.words import fold
from embeddings.reading.verdict import score
from embeddings.types import Ids, Neighbor
from service.database.sessions import ReadView
from service.finding.results import Hit
from service.index.ascending import which_held
from service.index.view import View


def load_hits(
    look: ReadView, view: View, found: Sequence[Neighbor], own: float, wanted: Filters
) -> tuple[Hit, ...]:
    """Load what was found; `own` is how near the very photo asked about would have come."""
    shown = search_queries.by_photo(look.driver, [each.id for each in found])
    similarity = view.model.similarity
    variants = variant_counts(look, shown.values(), view.fitting_products(look, wanted))
    hits = []
    for each in found:
        if each.id in shown:  # of a damaged catalogue it may be a photo of no product
            cosine = max(-1.0, min(1.0, each.cosine / own))
            card = shown[each.id]
            hits.append(Hit(card, score(cosine, similarity), cosine, variants.get(card.id, 1)))
    return tuple(hits)


def variant_counts(
    look: ReadView, cards: Iterable[ProductCard], fitting: Ids | None
) -> dict[int, int]:
    """Count the products of each card's style, of ascending `fitting` if given, by the card's id.

    Those without a style are left out.
    """
    names = {card.id: fold(str(card.style)) for card in cards if card.style is not None}
    if not names:
        return {}
    variants = search_queries.variants(look.driver, set(names.values()))
    counts = {name: _held(ids, fitting) for name, ids in variants.items()}
    # Of a damaged row, whose style is another by now, it is the only one.
    return {id_: counts[name] or 1 for id_, name in names.items()}


def _held(ids: Sequence[int], fitting: Ids | None) -> int:
    if fitting is None:
        return len(ids)
    return int(which_held(np.array(ids, dtype=np.int64), fitting).sum())
