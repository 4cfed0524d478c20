"""What is no garment to the garment network, judged in every world that garments come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.model.bundle import InputSpec
from embeddings.model.rejection import Rejection
from embeddings.types import Photo, Pixels
from training.judge.direction import GarmentView, fit_direction, rejection_scores
from training.judge.figure import AREA, Figure
from training.judge.judged import Judged
from training.judge.metrics import Share, share
from training.judge.rejection import Scores
from training.judge.retrieval import nearest_cosines
from training.networks.predict import Answers
from training.others.drawn import cut_out
from training.others.real import fit_kinds
from training.progress import Bars
from training.recipes.garments.judge.readings import Reader, Readings
from training.recipes.photos.rejection import OtherPictures, gather_others
from training.views.photo_augment import PLAIN, draw_view

KEPT = 0.98  # of the garments of each world, at the threshold
_VIEWS = 3
_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Garments of one kind of picture that the network was not fitted on."""

    name: str  # such as 'laid down', 'product photos', 'grey articles'
    pictures: Pixels  # framed
    groups: Sequence[str]
    weight: float
    sure: bool = True  # people agreed on what each is, so the threshold is to keep its share


def answers_of(read: Readings) -> Answers:
    """Return what the rules of rejection ask of a network."""
    return Answers(read.logits, read.embeddings)


def fit_garment_rejection(
    read: Reader, worlds: Sequence[World], others: OtherPictures, known: Sequence[GarmentView]
) -> Rejection:
    """Fit the direction in which garments lie, with one threshold for all worlds.

    It is the highest that keeps `KEPT` of the garments of each world, by scores of rules that had
    not seen that garment's sender or shoot. `known` are garments that the network was fitted on:
    they tell the direction too, since few shoots are unseen and no bag may lie among them, but
    say nothing of the threshold. The first of them also say how near the nearest comes.
    """
    views = [
        GarmentView(
            answers_of(read(pictures)), groups, world.weight, as_it_comes=world.sure and number == 0
        )
        for world in worlds
        for number, (pictures, groups) in enumerate(_ways(world))
    ]
    nearest = nearest_cosines(views[0].answers.embeddings, known[0].answers.embeddings)
    told = answers_of(read(others.pictures))
    return fit_direction([*views, *known], told, others.kinds, nearest, lost=1 - KEPT)


def _ways(world: World) -> list[tuple[Pixels, Sequence[str]]]:
    """Show a world's garments as they are, taken again, and cut out on white."""
    rng = np.random.default_rng(_SEED)
    height, width = world.pictures.shape[1:3]
    again = np.stack(
        [
            draw_view(picture, height, width, PLAIN, rng)
            for picture in world.pictures
            for _ in range(_VIEWS)
        ]
    )
    ways: list[tuple[Pixels, Sequence[str]]] = [
        (world.pictures, world.groups),
        (again, [group for group in world.groups for _ in range(_VIEWS)]),
    ]
    cut = [
        (found.pixels, group)
        for picture, group in zip(world.pictures, world.groups, strict=True)
        if (found := cut_out(Photo(picture))) is not None
    ]
    if cut:
        ways.append((np.stack([each for each, _ in cut]), [g for _, g in cut]))
    return ways


def judge_garment_rejection(
    read: Reader, rule: Rejection, worlds: Mapping[str, Readings], others: OtherPictures
) -> tuple[Judged, dict[str, Share]]:
    """Score garments of each world and other things; none were seen by a fit.

    Gives what is judged over the first world, and of every world the share that is kept.
    """
    every = _scores(answers_of(read(others.pictures)), rule)
    kinds = np.asarray(others.kinds)
    scores = {name: _scores(answers_of(told), rule) for name, told in worlds.items()}
    kept = {
        name: share(int((each >= rule.garment_threshold).sum()), len(each))
        for name, each in scores.items()
    }
    judged = Judged(
        next(iter(scores.values())),
        {kind: every[kinds == kind] for kind in dict.fromkeys(others.kinds)},
        fit_kinds(),
    )
    return judged, kept


def _scores(told: Answers, rule: Rejection) -> Scores:
    none = np.zeros((1, told.embeddings.shape[1]), dtype=np.float32)
    return rejection_scores(told, rule, none, 1.0)


def fit_on_others(
    read: Reader, spec: InputSpec, worlds: Sequence[World], known: Sequence[GarmentView], bars: Bars
) -> Rejection:
    """Fit a rule on worlds of garments, against other things of the kinds to fit on.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    told = bars("other things to fit on")
    others = gather_others(spec, judged=False, progress=told)
    return fit_garment_rejection(read, worlds, others, known)


def judge_by_others(
    read: Reader, spec: InputSpec, rule: Rejection, worlds: Mapping[str, Readings], bars: Bars
) -> tuple[Judged, dict[str, Figure]]:
    """Judge a rule by garments of each world and by other things of the kinds to judge by.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    told = bars("other things to judge by")
    others = gather_others(spec, judged=True, progress=told)
    judged, kept = judge_garment_rejection(read, rule, worlds, others)
    found = judged.by(rule)
    first = next(iter(worlds))
    whose = "garments of the test split" if first == "photos" else first
    of = f"{whose} told from other things"
    figures = {
        "auroc": Figure.of(f"{of}, AUROC", found.auroc, AREA),
        "turned_away": Figure.of(
            "other things turned away at the shipped threshold", found.turned_away
        ),
    }
    kept_figures = {
        f"kept_{name.replace(' ', '_')}": Figure.of(f"{name} kept there", value)
        for name, value in kept.items()
    }
    return judged, {**figures, **kept_figures}
