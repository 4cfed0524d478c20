"""Lets a category hold what belongs to it in a model's tree of labels."""

from dataclasses import replace

from catalog.filters import Filters
from embeddings.model.label_tree import Tree, below


def widened(wanted: Filters, tree: Tree) -> Filters:
    """Let a category hold what belongs to it; others stay as they are."""
    if wanted.category is None or not tree:
        return wanted
    return replace(wanted, below=below(tree, wanted.category))
