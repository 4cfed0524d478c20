"""Pictures of what is no garment: some to fit the rejection on, other kinds to judge it by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from embeddings.errors import DatasetUnavailable
from embeddings.model.bundle import InputSpec
from embeddings.reading.framing import frame
from embeddings.types import Pixels
from training.others.drawn import FIT_KINDS, HELD_OUT_KINDS, draw_others
from training.others.real import judged_kinds, other_photos
from training.progress import Bars

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Framed pictures `(n, h, w, c)` by kind; no kind is on both sides."""

    fit: Mapping[str, Pixels]
    held_out: Mapping[str, Pixels]
    drawn: bool  # all of them, because there are no real ones

    @property
    def what(self) -> str:
        """Return what they are."""
        return "drawings of other things" if self.drawn else "pictures of other things"


def drawn_others(spec: InputSpec, per_kind: int) -> Others:
    """Draw what needs no photos: print, plain surfaces, shapes, noise, parts of two photos."""
    fit, held_out = (
        {kind: draw_others(kind, per_kind, spec, SEED) for kind in kinds}
        for kinds in (FIT_KINDS, HELD_OUT_KINDS)
    )
    return Others(fit, held_out, drawn=True)


def others_to_judge_by(spec: InputSpec, per_kind: int, bars: Bars) -> Others:
    """Return up to `per_kind` real pictures of each kind to judge by; drawings where none is.

    There is nothing to fit on among the real ones.
    """
    wanted = judged_kinds()
    parts: dict[str, list[Pixels]] = {}
    try:
        for kind, photo in other_photos(wanted, per_kind, SEED, judged=True):
            parts.setdefault(kind, []).append(frame(photo, spec))
            bars("other things")(sum(map(len, parts.values())), len(wanted) * per_kind, kind)
    except DatasetUnavailable:
        return drawn_others(spec, per_kind)
    return Others({}, {kind: np.stack(each) for kind, each in parts.items()}, drawn=False)
