"""Works out every figure of the garment network, and what its bundle needs besides."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.bundle import InputSpec
from embeddings.datasets.clothing_photos import UNDECIDED
from embeddings.datasets.fashion_mnist import Part
from embeddings.types import Ids, Pixels, Vectors
from training.bundling import Thresholds
from training.console import Tell, named
from training.detection import Judged
from training.figure import MILLISECONDS, Figure
from training.garments.judge_folds import FoldReadings, judge_folds, read_fold
from training.garments.judge_products import ProductReadings, judge_products
from training.garments.kinds import labels_of, leaf_confidence, photo_logits
from training.garments.likeness import laid_elsewhere
from training.garments.readings import Reader, Readings, framed, served_spec
from training.garments.recipe import Recipe
from training.garments.rejection import RejectionTold, World, fit_and_judge
from training.garments.samples import FOLDS, NEVER, Cuts, Samples
from training.garments.score import fit_score
from training.garments.sets import fit_set_temperature, held_out_error
from training.metrics import share
from training.photo_assess import encode_ms
from training.photo_figures import within_subset
from training.photo_studio import GALLERY, frame_gallery
from training.studio_articles import show

ORDER = (
    "same_garment_first", "same_garment_ten", "same_product_first", "same_product_ten",
    "subset_test", "subset_folds", "accuracy_folds", "balanced_folds", "precision_at_10",
    "product_kind", "product_worn", "near_kind", "near_colour", "near_both", "product_colour",
    "photo_to_studio", "auroc", "turned_away", "kept_photos", "kept_product_photos",
    "kept_grey_articles", "calibration_folds", "calibration_products", "encode_ms",
)  # fmt: skip
"""Figures as people ask for them."""

_ARTICLES = 400  # grey ones that the rejection is fitted on, and as many that it is judged by
_UNSURE = UNDECIDED[0]  # a garment whose category nobody could tell; no network learns from it


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """All that is told of the network that ships, and all that its bundle needs besides it."""

    thresholds: Thresholds
    colour_temperature: float
    figures: dict[str, Figure]
    judged: Judged
    folds: tuple[FoldReadings, ...]
    products: ProductReadings
    probe: Pixels  # framed photos on which an exported network must answer as the trained one


@dataclass(frozen=True, slots=True, eq=False)
class _Shipping:
    """The network that ships, and what it reads."""

    read: Reader
    spec: InputSpec
    samples: Samples
    tell: Tell

    def pictures(self, rows: Ids, what: str) -> Pixels:
        """Frame the pictures at these places."""
        paths = [self.samples.paths[row] for row in rows]
        return np.stack(list(framed(paths, self.spec, named(self.tell, what))))

    def groups(self, rows: Ids) -> list[str]:
        """Name the sender or the shoot of each."""
        side = ("sender", "shoot")
        return [
            f"{side[int(self.samples.is_product[row])]} {self.samples.groups[row]}" for row in rows
        ]


def assess(
    recipe: Recipe,
    samples: Samples,
    cuts: Cuts,
    studio: Part,
    folder: Path,
    read: Reader,
    tell: Tell,
) -> Assessment:
    """Judge the runs under `folder`; `studio` is the test part of Fashion-MNIST.

    `read` reads with the network that ships.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    spec = served_spec(recipe)
    articles = list(frame_gallery(studio, spec.height, spec.width))
    folds = tuple(
        read_fold(recipe, samples, cuts, articles, fold, folder, tell) for fold in range(FOLDS)
    )
    figures = judge_folds(folds, samples, studio.labels[:GALLERY])
    shipping = _Shipping(read, spec, samples, tell)
    labels = labels_of(samples.labels)
    test = np.flatnonzero((samples.folds == NEVER) & (labels >= 0))
    test_pictures = shipping.pictures(test, "test photos")
    of_test = read(test_pictures)
    right = int((within_subset(photo_logits(of_test.logits)) == labels[test]).sum())
    figures["subset_test"] = Figure.of("published test split, 10 classes", share(right, len(test)))
    rows = np.flatnonzero(samples.is_product & (samples.folds == NEVER))
    pictures = shipping.pictures(rows, "product photos")
    moved = rows[cuts.found[rows]]
    laid = laid_elsewhere(samples, cuts, moved, (spec.height, spec.width))
    products = ProductReadings(rows, read(pictures), moved, read(laid))
    figures |= judge_products(products, samples)
    halves = _halves(samples, rows)
    figures["calibration_products"] = _calibration(products, samples, halves)
    rejection = _rejection(shipping, studio, of_test, products, pictures, halves)
    figures |= rejection.figures
    figures["encode_ms"] = Figure(
        "encode one photo, median", encode_ms(read, test_pictures), 50, unit=MILLISECONDS
    )
    kinds, colours = samples.kinds[rows], samples.colours[rows]
    return Assessment(
        Thresholds(
            _temperature(folds, products, samples),
            fit_score(products.of_held.embeddings, kinds, colours),
            rejection.rule,
        ),
        fit_set_temperature(*_known(products.of_held.colours, colours)),
        {key: figures[key] for key in ORDER if key in figures},
        rejection.judged,
        folds,
        products,
        test_pictures[:16],
    )


def _halves(samples: Samples, rows: Ids) -> Ids:
    """Part product photos in two by shoot: `(n,)`, 0 or 1."""
    _, shoots = np.unique([samples.groups[row] for row in rows], return_inverse=True)
    return np.asarray(shoots % 2, dtype=np.int64)


def _known(
    logits: Vectors, allowed: npt.NDArray[np.bool_]
) -> tuple[Vectors, npt.NDArray[np.bool_]]:
    known = allowed.any(axis=1)
    return logits[known], allowed[known]


def _calibration(products: ProductReadings, samples: Samples, halves: Ids) -> Figure:
    kinds = samples.kinds[products.held]
    known = kinds.any(axis=1)
    logits = products.of_held.logits[known]
    return Figure(
        "expected calibration error, product photos of unseen shoots",
        held_out_error(logits, kinds[known], halves[known], leaf_confidence),
        int(known.sum()),
    )


def _temperature(
    folds: tuple[FoldReadings, ...], products: ProductReadings, samples: Samples
) -> float:
    """Fit one temperature on what no network had seen: photos by folds, and product photos."""
    logits, kinds = _known(products.of_held.logits, samples.kinds[products.held])
    return fit_set_temperature(
        np.concatenate([*(fold.of_held.logits for fold in folds), logits]),
        np.concatenate([*(samples.kinds[fold.held] for fold in folds), kinds]),
    )


def _rejection(
    shipping: _Shipping,
    studio: Part,
    of_test: Readings,
    products: ProductReadings,
    pictures: Pixels,
    halves: Ids,
) -> RejectionTold:
    """Fit what is no garment on senders, shoots and articles unseen; judge it by others of them."""
    samples, read = shipping.samples, shipping.read
    worn = samples.kinds[products.held].any(axis=1)
    unsure = np.array([label == _UNSURE for label in samples.labels])
    unseen = np.flatnonzero(samples.reserved | unsure)
    known = np.flatnonzero(~samples.is_product & (samples.folds >= 0) & ~samples.reserved)
    fitted, judged = worn & (halves == 0), worn & (halves == 1)
    grey = [
        np.stack([show(image, place % 2 == 0, shipping.spec) for place, image in enumerate(part)])
        for part in (studio.images[-_ARTICLES:], studio.images[-2 * _ARTICLES : -_ARTICLES])
    ]
    worlds = (
        World("photos", shipping.pictures(unseen, "unseen photos"), shipping.groups(unseen), 1.0),
        World("product photos", pictures[fitted], shipping.groups(products.held[fitted]), 1.0),
        World("grey articles", grey[0], [f"article {place}" for place in range(_ARTICLES)], 0.4),
    )
    gallery = read(shipping.pictures(known, "known photos")).embeddings
    by = {
        "photos": of_test,
        "product photos": products.of_held.where(judged),
        "grey articles": read(grey[1]),
    }
    return fit_and_judge(read, shipping.spec, worlds, gallery, by, shipping.tell)
