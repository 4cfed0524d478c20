"""What makes two pictures evidence of one product, and of what kind.

The limits were chosen with `python -m tests.benchmarks.duplicates --split train`; the figures in
docs/duplicates.md are of photos that had no part in it.
"""

from dataclasses import dataclass

from catalog.duplicates.photos import OwnerFacts
from catalog.duplicates.tables import Kind
from catalog.words import fold

SURE_BITS = 14  # of 256: the same picture, whatever else is said
LIKELY_BITS = 40  # the same picture, if the network agrees
AGREEING_COSINE = 0.93  # two prints of one cut come as near as 0.926
SAME_COSINE = 0.94  # the same product, on the network's word alone
OTHER_COLOURS = 22.0  # levels between the middles of two pictures: they are of two colours
_BITS = 256
SURE_SCORE = 1 - SURE_BITS / _BITS
"""What a pair of one picture scores at least, if its hashes are enough to say so."""


VERY_SAME = "they show the very same picture"
"""The reason of a pair of which there is no doubt: its pictures are one file."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How alike two pictures are."""

    same_file: bool = False  # the very same, byte for byte as it is stored
    bits: int | None = None  # by which their hashes differ; None: one has none
    is_mirrored: bool = False  # then one of them was mirrored for it
    colours_apart: float | None = None  # levels, of the grids beside the hashes; None: one has none
    cosine: float | None = None  # of their embeddings; None: one was not read


@dataclass(frozen=True, slots=True)
class Judged:
    """What two pictures say of their products."""

    kind: Kind
    score: float  # 0..1
    reason: str

    @property
    def order(self) -> tuple[int, float]:
        """What to sort by: the surest first."""
        return self.kind.rank, -self.score


def judge(evidence: Evidence, one: OwnerFacts, other: OwnerFacts) -> Judged | None:
    """Return what two pictures of two products make of them; None: nothing."""
    if evidence.same_file:
        return Judged(Kind.SAME_PICTURE, 1.0, VERY_SAME)
    bits, cosine = evidence.bits, evidence.cosine
    agrees = cosine is not None and cosine >= AGREEING_COSINE
    if bits is not None and (bits <= SURE_BITS or (bits <= LIKELY_BITS and agrees)):
        score = 1 - bits / _BITS
        seems = "most likely" if bits <= SURE_BITS else "perhaps"
        if (evidence.colours_apart or 0) > OTHER_COLOURS:
            return Judged(Kind.VARIANT, score, f"{seems} one picture in two colours")
        how = "mirrored" if evidence.is_mirrored else "saved anew"
        reason = f"{seems} one picture, {how}"
        if bits > SURE_BITS:
            reason += f": the network finds them {_percent(cosine)} alike"
            reason += "; look whether the print is one"
        return Judged(Kind.SAME_PICTURE, score, reason)
    if cosine is None or cosine < SAME_COSINE:
        return None
    told = f"the network finds them {_percent(cosine)} alike"
    if colours := _two_colours(evidence, one, other):
        return Judged(Kind.VARIANT, cosine, f"{told}, in {colours}")
    return Judged(Kind.SAME_PRODUCT, cosine, told)


def _percent(cosine: float | None) -> str:
    return f"{100 * (cosine or 0):.0f} %"


def _two_colours(evidence: Evidence, one: OwnerFacts, other: OwnerFacts) -> str | None:
    """Return the colours of two products, where they differ.

    The shop's words count first, then what is in the middle of the pictures. The model's words
    come last: another ground is enough to change them.
    """
    if one.shop_colour and other.shop_colour:
        same = fold(one.shop_colour) == fold(other.shop_colour)
        return None if same else f"{one.shop_colour} and {other.shop_colour}"
    if evidence.colours_apart is not None and evidence.colours_apart <= OTHER_COLOURS:
        return None
    if one.colour and other.colour and one.colour != other.colour:
        return f"{one.colour} and {other.colour}"
    return None if evidence.colours_apart is None else "two colours"
