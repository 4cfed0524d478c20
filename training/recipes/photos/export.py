"""From the runs of a recipe to the photo bundle: every figure, every threshold, and the files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from embeddings.datasets.clothing_photos import CATEGORIES, ClothingPhoto, garments
from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import Bundle, InputSpec, load_bundle, resolve_bundle
from embeddings.types import Ids, Pixels
from training.bundle.bundling import Thresholds
from training.bundle.photo_bundle import write_photo_bundle
from training.bundle.photo_origin import CLOTHING_PHOTOS, PhotoOrigin, imagenet_start, say_trainings
from training.data.framed import photo_spec
from training.data.photo_data import Album, frame_all, open_album
from training.data.studio_articles import IS_CALLED
from training.fit.fine_tune import FineTuneConfig
from training.fit.history import read_history
from training.judge.figure import Figure, read_figures
from training.judge.judged import Judged
from training.judge.judgement import RejectionJudgement
from training.judge.metrics import confusion
from training.judge.retrieval import precision_at_10
from training.networks.predict import Answers
from training.onnx.served import Reader, reader_of
from training.progress import Bars
from training.recipes.photos.assess import judge_folds, judge_test
from training.recipes.photos.figures import sender_share
from training.recipes.photos.readings import (
    FoldReadings,
    frame_album,
    network_at,
    read_folds,
    reader_of_run,
)
from training.recipes.photos.recipe import PRIOR
from training.recipes.photos.rejection import (
    PER_KIND,
    fit_photo_rejection,
    gather_garments,
    gather_others,
    judge_photo_rejection,
    unsure_garments,
)
from training.recipes.photos.runs import COARSE, FINAL, read_recipe, splits
from training.recipes.photos.studio import GALLERY, has_articles

COMMAND = "lookalike-train reproduce clothing-photos"
CONFUSION_OF = (
    "Of photos of senders whom the network of their fold never saw; the test photos are in none."
)
NOTES = (
    "Each batch held grey studio articles of Fashion-MNIST's training part beside the photos (MIT, "
    "2017 Zalando SE), so that photos and such articles find each other.",
    "Settings were set beforehand or chosen on the first fold; that the logits make up for rare "
    "categories was decided once the means of the folds were known. The published test photos and "
    "the judged pictures of other things served for nothing but these figures.",
)
ORDER = (
    "subset_test",
    "subset_folds",
    "accuracy_folds",
    "balanced_folds",
    "precision_at_10",
    "photo_to_studio",
    "photo_to_studio_fashion_mnist",
    "auroc",
    "calibration_folds",
    "calibration_test",
    "encode_ms",
)
PROBE = 16  # photos on which the exported network must answer as the trained one


@dataclass(frozen=True, slots=True, eq=False)
class PhotoAssessment:
    """All that is told of the photo network, and all that a bundle needs besides it."""

    network: keras.Model
    config: FineTuneConfig
    thresholds: Thresholds
    figures: dict[str, Figure]
    confusion: Ids
    judged: Judged
    fitted_on: int
    held_out: int
    probe: Pixels


def assess_photos(
    work: Path,
    photos: Sequence[ClothingPhoto],
    studio: Part,
    bars: Bars,
    per_kind: int = PER_KIND,
) -> PhotoAssessment:
    """Judge the runs under `work`; `studio` is the test part of Fashion-MNIST.

    Raises:
        BadRun: a run is missing.
        DatasetUnavailable: the pictures of other things are not there.
    """
    config = read_recipe(work)
    spec = photo_spec(*config.served)
    album = open_album(garments(photos))
    framed = frame_album(album, studio, spec, bars("photos"))
    folds = read_folds(work, framed, spec, bars)
    recorded = judge_folds(folds, framed, studio.labels[:GALLERY])
    final = next(part for part in splits(album) if part.name == FINAL)
    network = network_at(work / FINAL, album.labels[final.fitted])
    read = reader_of_run(network, spec)
    bars("the final network")(0, 1, "reading")
    unseen = gather_garments(
        framed.photos[final.held_out],
        [album.senders[place] for place in final.held_out],
        unsure_garments(photos),
        studio,
        spec,
        bars("garments of no category"),
    )
    others = gather_others(
        spec, judged=False, progress=bars("other things to fit on"), per_kind=per_kind
    )
    rule = fit_photo_rejection(read, unseen, others, read(framed.photos[final.fitted]))
    thresholds = Thresholds(recorded.temperature, recorded.similarity, rule)
    test = read(framed.photos[framed.album.is_test])
    judged = _judge_others(read, test, thresholds, spec, bars, per_kind)
    figures = judge_test(read, test, framed, thresholds, judged)
    beside = {"photo_to_studio_fashion_mnist": _by_fashion_mnist(album, studio, bars)}
    bars("the final network")(1, 1, "done")
    return PhotoAssessment(
        network,
        config,
        thresholds,
        in_order({**recorded.figures, **figures, **beside}),
        _confusion(folds, album.labels),
        judged,
        len(final.fitted),
        len(final.held_out),
        framed.photos[album.is_test][:PROBE],
    )


def write_shipped(work: Path, output: Path, name: str, told: PhotoAssessment) -> Bundle:
    """Write the final network of `work` as a bundle.

    Raises:
        BadRun: the runs that it went on from are missing.
        ExportDiffers: the exported network does not answer as the trained one.
    """
    config = told.config
    trainings = [read_recipe(folder) for folder in (work / COARSE, work)]
    return write_photo_bundle(
        output,
        name,
        told.network,
        labels=CATEGORIES,
        spec=photo_spec(*config.served),
        origin=PhotoOrigin(
            data=CLOTHING_PHOTOS,
            start=imagenet_start(config.lite),
            command=COMMAND,
            seed=config.seed,
            config={"trainings": [asdict(each) for each in trainings], "prior": PRIOR},
            fitted_on=told.fitted_on,
            held_out=told.held_out,
            notes=(*NOTES, say_trainings(trainings)),
        ),
        thresholds=told.thresholds,
        figures=told.figures,
        confusion=told.confusion,
        confusion_of=CONFUSION_OF,
        judged=told.judged,
        history=read_history(work / FINAL),
        probe=told.probe,
    )


def assess_bundle(
    bundle: Bundle,
    photos: Sequence[ClothingPhoto],
    studio: Part,
    bars: Bars,
    per_kind: int = PER_KIND,
) -> tuple[dict[str, Figure], RejectionJudgement]:
    """Judge a written bundle again on what needs its own network alone; the folds are as recorded.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    framed = frame_album(open_album(garments(photos)), studio, bundle.input, bars("photos"))
    thresholds = Thresholds(bundle.temperature, bundle.similarity, bundle.rejection)
    read = reader_of(bundle)
    test = read(framed.photos[framed.album.is_test])
    judged = _judge_others(read, test, thresholds, bundle.input, bars, per_kind)
    figures = judge_test(read, test, framed, thresholds, judged)
    recorded = {
        key: replace(figure, title=f"{figure.title} (as recorded)")
        for key, figure in read_figures(bundle.facts["metrics"]["figures"]).items()
    }
    return in_order({**recorded, **figures}), judged.by(bundle.rejection)


def in_order(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Sort figures as people ask for them."""
    return {key: figures[key] for key in ORDER if key in figures}


def _judge_others(
    read: Reader,
    test: Answers,
    thresholds: Thresholds,
    spec: InputSpec,
    bars: Bars,
    per_kind: int,
) -> Judged:
    others = gather_others(
        spec, judged=True, progress=bars("other things to judge by"), per_kind=per_kind
    )
    return judge_photo_rejection(read, thresholds.rejection, test, others)


def _by_fashion_mnist(album: Album, studio: Part, bars: Bars) -> Figure:
    """Look for grey articles by the same photos with the bundle that knows nothing else."""
    bundle = load_bundle(resolve_bundle("fashion-mnist"))
    read = reader_of(bundle)
    wanted = np.flatnonzero(~album.is_test & has_articles(album.labels))
    framed = frame_all(
        [album.paths[place] for place in wanted], bundle.input, bars("photos made grey")
    )
    gallery = read(studio.images[:GALLERY, :, :, None])
    found = precision_at_10(
        read(framed).embeddings,
        album.labels[wanted],
        gallery.embeddings,
        studio.labels[:GALLERY],
        same=IS_CALLED,
    )
    share = sender_share([found], [[album.senders[place] for place in wanted]])
    return Figure.of("the same by the bundle fashion-mnist", share)


def _confusion(folds: Sequence[FoldReadings], labels: Ids) -> Ids:
    named = np.concatenate([fold.held_out.logits.argmax(axis=1) for fold in folds])
    right = np.concatenate([labels[fold.split.held_out] for fold in folds])
    return confusion(named, right, len(CATEGORIES))
