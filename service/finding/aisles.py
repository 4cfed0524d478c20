"""Categories as a shop lays them out: each with those that belong to it, by the model's tree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.model.label_tree import Tree, above
from embeddings.types import Ids

_NOTHING: Ids = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Aisle:
    """A category with all that belongs to it: how many products, and the categories below."""

    category: str
    products: int
    below: tuple["Aisle", ...] = ()  # by name; the model's tree says what belongs to what

    def named(self) -> tuple[str, ...]:
        """Name the category and every one below it."""
        return (self.category, *(name for each in self.below for name in each.named()))


def nested(counts: Mapping[str, int], tree: Tree) -> list[Aisle]:
    """Lay counts out as a tree, roots by name; a category without products is left out."""
    inside = _inside(counts, tree)

    def laid_out(category: str) -> Aisle:
        parts = tuple(laid_out(each) for each in sorted(inside[category]))
        own = counts.get(category, 0)
        return Aisle(category, own + sum(each.products for each in parts), parts)

    return [laid_out(root) for root in sorted(inside[None])]


def nested_members(members: Mapping[str, Ids], tree: Tree) -> list[Aisle]:
    """Lay out categories by what is in each, `(m,)`: what is in several parts counts once.

    A category that is named and empty is there with 0.
    """
    inside = _inside(members, tree)

    def laid_out(category: str) -> tuple[Aisle, Ids]:
        parts = [laid_out(each) for each in sorted(inside[category])]
        own = members.get(category, _NOTHING)
        every = np.unique(np.concatenate([own, *(ids for _, ids in parts)]))
        return Aisle(category, len(every), tuple(aisle for aisle, _ in parts)), every

    return [laid_out(root)[0] for root in sorted(inside[None])]


def _inside(named: Iterable[str], tree: Tree) -> dict[str | None, set[str]]:
    """Return which categories belong to each, roots to None."""
    inside: dict[str | None, set[str]] = defaultdict(set)
    for category in named:
        for label in (category, *above(tree, category)):
            inside[tree.get(label)].add(label)
    return inside


def path_to(category: str, counts: Sequence[Aisle]) -> tuple[Aisle, ...]:
    """Return the way from a root to a category, both among it; empty where there is none such."""
    for each in counts:
        if each.category == category:
            return (each,)
        further = path_to(category, each.below)
        if further:
            return (each, *further)
    return ()
