"""Reads with the network of each fold what its senders photographed, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.types import Ids, Pixels
from training.data.photo_data import framed
from training.data.studio_articles import IS_CALLED
from training.judge.figure import Figure
from training.judge.retrieval import precision_at_10
from training.progress import Bars
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.fit.runs import NETWORK_FILE, run_name
from training.recipes.garments.judge.judge_pairs import (
    PairsFound,
    find_pairs,
    judge_pairs,
    pairs_of_fold,
    places_beside,
)
from training.recipes.garments.judge.kinds import (
    UPPER,
    labels_of,
    photo_logits,
    upper_confidence,
    upper_logits,
)
from training.recipes.garments.judge.likeness import laid_elsewhere, ranks
from training.recipes.garments.judge.pairs import Pair, read_pairs
from training.recipes.garments.judge.readings import (
    Readings,
    network_of,
    reader_of_network,
    served_spec,
)
from training.recipes.garments.judge.sets import held_out_error
from training.recipes.garments.pictures.samples import FOLDS, Cuts, Samples
from training.recipes.photos.figures import FoldAnswers, photo_figures, sender_share
from training.recipes.photos.studio import has_articles


@dataclass(frozen=True, slots=True, eq=False)
class FoldReadings:
    """What the network of one fold says of the senders that it never saw, and of the others."""

    held: Ids  # places in the samples
    rest: Ids
    of_held: Readings
    of_rest: Readings
    moved: Ids  # those of `held` that were cut out
    of_moved: Readings  # laid on another ground
    of_articles: Readings
    pairs: tuple[Pair, ...]  # photos of one garment, by its senders
    beside: Ids  # those of its senders' paired photos that are not among `held`
    of_beside: Readings


def read_fold(
    recipe: Recipe,
    samples: Samples,
    cuts: Cuts,
    articles: Sequence[Pixels],
    fold: int,
    folder: Path,
    bars: Bars,
) -> FoldReadings:
    """Read with one fold's network."""
    spec = served_spec(recipe)
    read = reader_of_network(network_of(recipe, folder / run_name(fold) / NETWORK_FILE))
    mine = ~samples.is_product & samples.kinds.any(axis=1)
    held = np.flatnonzero(mine & (samples.folds == fold))
    rest = np.flatnonzero(mine & (samples.folds >= 0) & (samples.folds != fold))
    moved = held[cuts.found[held]]
    pairs = tuple(pairs_of_fold(samples, read_pairs(), fold))
    beside = places_beside(samples, pairs, held)
    told = bars(f"fold {fold}")
    paths = samples.paths
    return FoldReadings(
        held,
        rest,
        read(framed([paths[place] for place in held], spec, told)),
        read(framed([paths[place] for place in rest], spec, told)),
        moved,
        read(laid_elsewhere(samples, cuts, moved, (spec.height, spec.width))),
        read(articles),
        pairs,
        beside,
        read(framed([paths[place] for place in beside], spec, told)),
    )


def judge_folds(
    folds: Sequence[FoldReadings], samples: Samples, article_labels: Ids
) -> dict[str, Figure]:
    """Return the means over the folds, with 95 % intervals over senders."""
    labels = labels_of(samples.labels)
    senders = [[samples.groups[place] for place in fold.held] for fold in folds]
    of = f"unseen senders, mean of {FOLDS} folds"
    answers = [_answers(fold, labels, who) for fold, who in zip(folds, senders, strict=True)]
    told = photo_figures(answers)
    # Every leaf may win here, a bag for a shirt too.
    right = [_right(fold, labels) for fold in folds]
    found = [
        ranks(fold.of_moved.embeddings, fold.of_held.embeddings, _places(fold)) for fold in folds
    ]
    movers = [[samples.groups[place] for place in fold.moved] for fold in folds]
    known = [has_articles(labels[fold.held]) for fold in folds]
    studio = [
        precision_at_10(
            fold.of_held.embeddings[these], labels[fold.held][these],
            fold.of_articles.embeddings, article_labels, same=IS_CALLED,
        )
        for fold, these in zip(folds, known, strict=True)
    ]  # fmt: skip
    sizes = ", ".join(f"{len(fold.held):,}" for fold in folds)
    return {
        "same_garment_first": Figure.of(
            f"the very garment on another ground found first among {sizes} photos, {of}",
            sender_share([(each < 1).astype(float) for each in found], movers),
        ),
        "same_garment_ten": Figure.of(
            f"the same, within ten, {of}",
            sender_share([(each < 10).astype(float) for each in found], movers),
        ),
        **judge_pairs([_pairs_found(fold, samples) for fold in folds]),
        "subset_folds": Figure.of(f"10 classes, {of}", told.subset_accuracy),
        "accuracy_folds": Figure.of(f"17 categories, {of}", sender_share(right, senders)),
        "balanced_folds": Figure.of(f"17 categories, balanced, {of}", told.balanced),
        "precision_at_10": Figure.of(
            "precision@10 by category, unseen senders against the rest", told.precision_at_10
        ),
        "photo_to_studio": Figure.of(
            "photo to grey studio articles, precision@10",
            sender_share(
                studio,
                [[w for w, k in zip(who, these, strict=True) if k]
                 for who, these in zip(senders, known, strict=True)],
            ),
        ),
        "calibration_folds": Figure(
            f"expected calibration error, unseen senders of {FOLDS} folds",
            _calibration(folds, samples),
            sum(len(fold.held) for fold in folds),
        ),
    }  # fmt: skip


def _pairs_found(fold: FoldReadings, samples: Samples) -> PairsFound:
    shop = np.concatenate([fold.of_held.embeddings, fold.of_beside.embeddings])
    return find_pairs(samples, fold.pairs, np.concatenate([fold.held, fold.beside]), shop)


def _places(fold: FoldReadings) -> Ids:
    return np.searchsorted(fold.held, fold.moved)


def _answers(fold: FoldReadings, labels: Ids, senders: Sequence[str]) -> FoldAnswers:
    near = precision_at_10(
        fold.of_held.embeddings, labels[fold.held], fold.of_rest.embeddings, labels[fold.rest]
    )
    return FoldAnswers(photo_logits(fold.of_held.logits), labels[fold.held], tuple(senders), near)


def _calibration(folds: Sequence[FoldReadings], samples: Samples) -> float:
    """Judge each fold at the temperature that the others give."""
    return held_out_error(
        np.concatenate([fold.of_held.logits for fold in folds]),
        np.concatenate([samples.kinds[fold.held] for fold in folds]),
        np.repeat(np.arange(len(folds)), [len(fold.held) for fold in folds]),
        upper_confidence,
    )


def _right(fold: FoldReadings, labels: Ids) -> npt.NDArray[np.float64]:
    columns = np.array([UPPER.index(name) for name in CATEGORIES])
    named_upper = upper_logits(fold.of_held.logits).argmax(axis=1)
    right: npt.NDArray[np.float64] = (named_upper == columns[labels[fold.held]]).astype(np.float64)
    return right
