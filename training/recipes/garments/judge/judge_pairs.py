"""Whether another photo of the very garment is found, where a sender took two."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.judge.figure import Figure
from training.recipes.garments.judge.pairs import MOMENT, Pair, both_ways, garments_of
from training.recipes.garments.pictures.samples import FOLDS, Samples
from training.recipes.photos.figures import sender_share


@dataclass(frozen=True, slots=True, eq=False)
class PairsFound:
    """What one fold's network found of its own senders' pairs, each asked for both ways."""

    ranks: Ids  # (n,), how many other photos lie nearer than the one to be found
    changed: npt.NDArray[np.bool_]  # (n,), more than the moment differs
    senders: tuple[str, ...]  # (n,)
    shop: int  # photos that were searched


def pairs_of_fold(samples: Samples, pairs: Sequence[Pair], fold: int) -> list[Pair]:
    """Keep the pairs of a fold's senders; those of which a photo is not there are left out.

    Photos that no network learns from, the published test photos among them, belong to the fold
    of their sender here, so that both photos of a pair are new to the network that is asked.
    """
    places = _places(samples)
    theirs = {samples.groups[place] for place in np.flatnonzero(samples.folds == fold)}
    return [
        pair
        for pair in pairs
        if pair.first in places
        and pair.second in places
        and samples.groups[places[pair.first]] in theirs
    ]


def places_beside(samples: Samples, pairs: Sequence[Pair], held: Ids) -> Ids:
    """Return the places of paired photos that are not among `held`, in order."""
    places = _places(samples)
    mine = {places[name] for pair in pairs for name in (pair.first, pair.second)}
    return np.array(sorted(mine - set(held.tolist())), dtype=np.int64)


def find_pairs(samples: Samples, pairs: Sequence[Pair], rows: Ids, shop: Vectors) -> PairsFound:
    """Ask for each photo's other one among `rows`, places in the samples, which `shop` embeds.

    Further photos of the same garment would be right as well: they are not counted.
    """
    places, garments = _places(samples), garments_of(pairs)
    row_of = {int(place): row for row, place in enumerate(rows)}
    found, changed, senders = [], [], []
    for pair, asked, wanted in both_ways(pairs):
        cosines = shop @ shop[row_of[places[asked]]]
        same = [row_of[places[name]] for name in garments[asked]]
        nearer = cosines > cosines[row_of[places[wanted]]]
        nearer[same] = False
        found.append(int(nearer.sum()))
        changed.append(pair.differs != MOMENT)
        senders.append(samples.groups[places[asked]])
    return PairsFound(
        np.array(found, dtype=np.int64),
        np.array(changed, dtype=np.bool_),
        tuple(senders),
        len(rows),
    )


def judge_pairs(folds: Sequence[PairsFound]) -> dict[str, Figure]:
    """Return the means over folds, with 95 % intervals over senders; nothing without pairs."""
    sizes = ", ".join(f"{fold.shop:,}" for fold in folds)
    of = f"unseen senders, mean of {FOLDS} folds"
    return {
        **_figure(
            "another_view_first",
            f"another photo of the same garment found first among {sizes} photos, {of}",
            [(fold.ranks < 1, fold.senders) for fold in folds],
        ),
        **_figure(
            "another_view_ten",
            f"another photo of the same garment, within ten, {of}",
            [(fold.ranks < 10, fold.senders) for fold in folds],
        ),
        **_figure(
            "changed_view_ten",
            f"the same where more than the moment differs, within ten, {of}",
            [
                (
                    fold.ranks[fold.changed] < 10,
                    [who for who, kept in zip(fold.senders, fold.changed, strict=True) if kept],
                )
                for fold in folds
            ],
        ),
    }


def _figure(
    key: str, title: str, answers: Sequence[tuple[npt.NDArray[np.bool_], Sequence[str]]]
) -> dict[str, Figure]:
    there = [(right.astype(np.float64), who) for right, who in answers if len(right)]
    if not there:
        return {}
    values, senders = zip(*there, strict=True)
    return {key: Figure.of(title, sender_share(values, senders))}


def _places(samples: Samples) -> dict[str, int]:
    """Name the places of the clothing photos."""
    return {samples.paths[place].stem: int(place) for place in np.flatnonzero(~samples.is_product)}
