"""The tree of a bundle's labels: what belongs to a label, and what a label belongs to."""

from collections.abc import Mapping

Tree = Mapping[str, str]  # a label, and the one that it belongs to; roots are not named


def below(tree: Tree, label: str) -> tuple[str, ...]:
    """Return every label that belongs to this one, at any depth, by name."""
    return tuple(sorted(each for each in tree if label in above(tree, each)))


def is_within(tree: Tree, label: str, wider: str) -> bool:
    """Return whether a label is another one, or belongs to it."""
    return label == wider or wider in above(tree, label)


def above(tree: Tree, label: str) -> tuple[str, ...]:
    """Return the labels that this one belongs to, the nearest first; none for a root."""
    found = []
    while label in tree:
        label = tree[label]
        found.append(label)
    return tuple(found)
