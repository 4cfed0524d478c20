"""Loads what a search has found: products as lists show them, and how many variants each has."""

from collections.abc import Iterable, Sequence

from catalog import quick, styles
from catalog.cards import ProductCard
from catalog.filters import Filters
from catalog.words import fold
from embeddings.reading.verdict import score
from embeddings.types import Neighbor
from service.database.sessions import Look
from service.finding.results import Hit
from service.index.view import View
from service.index.widening import widened


def load_hits(
    look: Look, view: View, found: Sequence[Neighbor], own: float, wanted: Filters
) -> tuple[Hit, ...]:
    """Load what was found; `own` is how near the very photo asked about would have come."""
    shown = quick.by_photo(look.driver, [each.id for each in found])
    similarity = view.model.similarity
    variants = variant_counts(look, shown.values(), widened(wanted, view.model.tree))
    hits = []
    for each in found:
        if each.id in shown:  # of a damaged catalogue it may be a photo of no product
            cosine = max(-1.0, min(1.0, each.cosine / own))
            card = shown[each.id]
            hits.append(Hit(card, score(cosine, similarity), cosine, variants.get(card.id, 1)))
    return tuple(hits)


def variant_counts(look: Look, cards: Iterable[ProductCard], widest: Filters) -> dict[int, int]:
    """Count the products of each card's style that satisfy the filters, by the card's id.

    Those without a style are left out. `widest` are filters whose category holds those below it.
    """
    names = {card.id: fold(str(card.style)) for card in cards if card.style is not None}
    if not names:
        return {}
    counts = styles.count_variants(look.session, set(names.values()), widest)
    return {id_: counts.get(name, 1) for id_, name in names.items()}
