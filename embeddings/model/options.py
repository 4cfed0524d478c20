"""What a bundle may have beyond labels and one embedding: colours, a label tree, halves.

All are optional: a bundle without them has no colour to tell, flat labels, and one way to compare.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from embeddings.model.bundle import Bundle

KIND, LOOK = "kind", "look"  # the halves that an embedding may have
MEANINGS = ("kind", "look", "product")  # what two photos of a high score have in common
_LONGEST_NAME = 32  # characters of a colour
_DEEPEST = 8  # labels above one another


class Options(TypedDict):
    """The optional fields of a bundle."""

    colours: tuple[str, ...]
    colour_temperature: float
    tree: dict[str, str]
    halves: dict[str, tuple[int, int]]


def read_options(told: Mapping[str, Any]) -> Options:
    """Read the optional fields as JSON has them. Raises: KeyError, TypeError, ValueError."""
    colours = told.get("colours", [])
    if not isinstance(colours, list) or not all(isinstance(each, str) for each in colours):
        raise TypeError("colours are a list of names")
    tree = dict(told.get("tree", {}))
    if not all(isinstance(each, str) for each in tree.values()):
        raise TypeError("a tree names the parent of each label")
    halves = {
        str(name): (start, end) for name, (start, end) in dict(told.get("halves", {})).items()
    }
    if not all(type(edge) is int for span in halves.values() for edge in span):
        raise TypeError("a half runs from one whole number to another")
    temperature = float(told.get("colour_temperature", 1.0))
    return Options(colours=tuple(colours), colour_temperature=temperature, tree=tree, halves=halves)


def told_options(bundle: "Bundle") -> dict[str, Any]:
    """Return the optional fields as JSON has them; those that a bundle lacks are left out."""
    told: dict[str, Any] = {}
    if bundle.colours:
        told["colours"] = list(bundle.colours)
        told["colour_temperature"] = bundle.colour_temperature
    if bundle.tree:
        told["tree"] = dict(bundle.tree)
    if bundle.halves:
        told["halves"] = {name: list(span) for name, span in bundle.halves.items()}
    return told


def option_rules(bundle: "Bundle") -> dict[str, bool]:
    """Return for each rule for the optional fields whether a bundle keeps it."""
    colours = bundle.colours
    return {
        f"at least two colours, each once, of 1 to {_LONGEST_NAME} characters, or none": (
            not colours
            or (
                len(set(colours)) == len(colours) >= 2
                and all(0 < len(each) <= _LONGEST_NAME for each in colours)
            )
        ),
        "a positive finite colour temperature": 0 < bundle.colour_temperature < math.inf,
        "a tree that leads from every label to a root": _is_forest(bundle.tree, bundle.labels),
        "halves kind and look that share the embedding out between them, or none": (
            _shares_out(bundle.halves, bundle.embedding_dim)
        ),
    }


def _is_forest(tree: Mapping[str, str], labels: tuple[str, ...]) -> bool:
    known = {*labels, *tree.values()}
    if not all(tree.values()) or not known.issuperset(tree):
        return False
    for label in tree:
        above, steps = label, 0
        while above in tree:
            above, steps = tree[above], steps + 1
            if steps > _DEEPEST:  # also when it leads back to itself
                return False
    return True


def _shares_out(halves: Mapping[str, tuple[int, int]], dim: int) -> bool:
    if not halves:
        return True
    spans = sorted(halves.values())
    edges = [0, *(end for _, end in spans)]
    whole = all(start == before < end for (start, end), before in zip(spans, edges, strict=False))
    return set(halves) == {KIND, LOOK} and whole and edges[-1] == dim
