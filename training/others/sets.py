"""Pictures of what is no garment: some to fit the rejection on, other kinds to judge it by."""

from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.bundle import InputSpec
from embeddings.types import Pixels
from training.others.drawn import FIT_KINDS, HELD_OUT_KINDS, negatives

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Framed pictures `(n, h, w, c)` by kind; no kind is on both sides."""

    fit: Mapping[str, Pixels]
    held_out: Mapping[str, Pixels]


def drawn_others(spec: InputSpec, per_kind: int) -> Others:
    """Draw what needs no photos: print, plain surfaces, shapes, noise, parts of two photos."""
    fit, held_out = (
        {kind: negatives(kind, per_kind, spec, SEED) for kind in kinds}
        for kinds in (FIT_KINDS, HELD_OUT_KINDS)
    )
    return Others(fit, held_out)
