"""Two rules that tell a garment from anything else, and where nothing close is known.

Rejection
├── EvidenceRejection    goes by how sure the network is, and how near the nearest photo known is
└── DirectionRejection   goes by the embedding alone, whatever the catalogue holds

Both give the log-odds that a photo shows a garment, and hold the two thresholds that a verdict asks
for: `garment_threshold` (0..1), below which a probability means no garment, and
`close_match_cosine` (-1..1), below which the nearest photo known is no close match.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from embeddings.types import Reading, Vectors

_EVIDENCE = ("confidence", "energy", "nearest")
_DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class EvidenceRejection:
    """A logistic regression over three numbers, fitted on held-out garments and other things."""

    bias: float
    confidence: float  # the weight of max(p), 0..1
    energy: float  # of logsumexp(logits)
    nearest: float  # of the cosine to the nearest photo known, -1..1
    garment_threshold: float
    close_match_cosine: float

    def log_odds(self, reading: Reading, nearest: float) -> float:
        """Return the log-odds that a photo shows a garment; `nearest` is the best cosine known."""
        logits: list[float] = reading.logits.tolist()  # for so few, quicker than arrays
        top = max(logits)
        energy = top + math.log(sum(math.exp(each - top) for each in logits))  # log-sum-exp
        return (
            self.bias
            + self.confidence * float(reading.probabilities.max())
            + self.energy * energy
            + self.nearest * nearest
        )


@dataclass(frozen=True, slots=True)
class DirectionRejection:
    """A logistic regression over the numbers of an embedding; the catalogue has no say in it."""

    bias: float
    direction: tuple[float, ...]  # a weight for each number of the embedding
    garment_threshold: float
    close_match_cosine: float

    def log_odds(self, reading: Reading, nearest: float) -> float:  # noqa: ARG002 - as the other
        """Return the log-odds that a photo shows a garment, whatever is known."""
        return self.bias + float(reading.embedding @ _as_vector(self.direction))


Rejection: TypeAlias = EvidenceRejection | DirectionRejection


def read_rejection(content: Mapping[str, Any]) -> Rejection:
    """Read a rule as JSON has it: one with a direction goes by it, and weighs no evidence.

    Raises:
        TypeError, ValueError: a field is absent, unknown or of another kind, or it is both rules.
    """
    fields = dict(content)
    direction = fields.pop(_DIRECTION, [])
    if not isinstance(direction, list):
        raise TypeError("a direction is a list of numbers")
    if not direction:
        return EvidenceRejection(**fields)
    weights = [fields.pop(name, 0) for name in _EVIDENCE]
    if any(weight != 0 for weight in weights):
        raise ValueError(f"a rule with a direction weighs no {', '.join(_EVIDENCE)}")
    return DirectionRejection(direction=tuple(map(float, direction)), **fields)


def rejection_json(rule: Rejection) -> dict[str, Any]:
    """Return a rule for JSON, each kind in the form of the first bundles: they stay the same."""
    if isinstance(rule, EvidenceRejection):
        return asdict(rule)
    return {
        "bias": rule.bias,
        **dict.fromkeys(_EVIDENCE, 0.0),
        "garment_threshold": rule.garment_threshold,
        "close_match_cosine": rule.close_match_cosine,
        _DIRECTION: list(rule.direction),
    }


@lru_cache(maxsize=8)  # as many bundles as a process may serve; making the array costs more
def _as_vector(direction: tuple[float, ...]) -> Vectors:
    return np.array(direction, dtype=np.float32)
