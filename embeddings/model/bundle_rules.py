"""What a bundle must keep to be used: bounds on every size, and names that are safe to show."""

import math
import unicodedata
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from embeddings.errors import BadBundle
from embeddings.files.names import clean, fault_of
from embeddings.model.options import MEANINGS, option_rules
from embeddings.model.rejection import EvidenceRejection

if TYPE_CHECKING:
    from embeddings.model.bundle import Bundle

LONGEST_LABEL = 64  # characters: what a catalogue keeps of a category, or of a model's name
MOST_LABELS = 10_000
LONGEST_SIDE = 2_048  # pixels
LONGEST_EMBEDDING = 8_192  # numbers; the index holds six bytes of each for every photo
LARGEST_NUMBER = 1e6  # to judge by: beyond it sums in float32 are no numbers any more
COLDEST, HOTTEST = 1e-3, 1e3  # temperatures


def check_rules(bundle: "Bundle") -> None:
    """Check all that can be said of a bundle without its network. Raises: BadBundle."""
    spec = bundle.input
    names = (bundle.name, *bundle.labels, *bundle.tree.values(), *bundle.colours)
    rules = {
        f"2 to {MOST_LABELS} labels, each once": (
            len(set(bundle.labels)) == len(bundle.labels) and 2 <= len(bundle.labels) <= MOST_LABELS
        ),
        f"an input of 1 to {LONGEST_SIDE} whole pixels a side": all(
            _is_whole(side, LONGEST_SIDE) for side in (spec.height, spec.width)
        ),
        "1 or 3 channels": _is_whole(spec.channels, 3) and spec.channels != 2,
        f"an embedding of 1 to {LONGEST_EMBEDDING} numbers": _is_whole(
            bundle.embedding_dim, LONGEST_EMBEDDING
        ),
        f"finite numbers to judge by, of at most {LARGEST_NUMBER:g}": all(
            _is_number(value) and abs(value) <= LARGEST_NUMBER for value in _judging(bundle)
        ),
        f"temperatures of {COLDEST:g} to {HOTTEST:g}": all(
            COLDEST <= each <= HOTTEST for each in (bundle.temperature, bundle.colour_temperature)
        ),
        "a garment's threshold of 0 to 1, as it is a probability": (
            0 <= bundle.rejection.garment_threshold <= 1
        ),
        "a direction as long as the embedding, or none": (
            isinstance(bundle.rejection, EvidenceRejection)
            or len(bundle.rejection.direction) == bundle.embedding_dim
        ),
        f"a similarity of {', '.join(MEANINGS)}": bundle.similarity.meaning in MEANINGS,
        **option_rules(bundle),
    }
    for rule, kept in rules.items():
        if not kept:
            raise BadBundle(f"{bundle.path} breaks the rule: {rule}")
    for name in names:
        if (fault := fault_of_name(name)) is not None:
            raise BadBundle(f"{bundle.path} breaks the rule: {fault}")


def fault_of_name(name: str) -> str | None:
    """Return why the name of a model, a label or a colour cannot be shown; None where it can."""
    if not name:
        return "a name has at least one character"
    if (fault := fault_of("name of a model, a label or a colour", name, LONGEST_LABEL)) is not None:
        return fault
    if clean(name) != unicodedata.normalize("NFC", name):
        return f"a name shows all of its characters, and begins and ends with one: {name!r}"
    if set(name) & set("<>"):
        return f"a name has no angle brackets: {name!r}"
    return None


def _judging(bundle: "Bundle") -> list[Any]:
    """Return every number that a photo is judged by, which may be anything until it is checked."""
    numbers = asdict(bundle.rejection) | asdict(bundle.similarity)
    del numbers["meaning"]
    return [*numbers.pop("direction", ()), *numbers.values()]


def _is_whole(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
