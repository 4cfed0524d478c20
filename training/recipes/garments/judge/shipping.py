"""Judges the network that ships: on the published test photos and on a shop's unseen shoots."""

from dataclasses import dataclass

import numpy as np

from embeddings.datasets.clothing_photos import UNDECIDED
from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import InputSpec
from embeddings.model.rejection import Rejection
from embeddings.types import Ids, Pixels
from training.data.photo_data import frame_all
from training.data.studio_articles import show
from training.judge.direction import GarmentView
from training.judge.figure import MILLISECONDS, Figure
from training.judge.judged import Judged
from training.judge.metrics import share
from training.progress import Bars
from training.recipes.garments.judge.judge_products import ProductReadings, judge_products
from training.recipes.garments.judge.kinds import labels_of, leaf_confidence, photo_logits
from training.recipes.garments.judge.likeness import laid_elsewhere
from training.recipes.garments.judge.readings import Reader, Readings
from training.recipes.garments.judge.rejection import (
    World,
    answers_of,
    fit_on_others,
    judge_by_others,
)
from training.recipes.garments.judge.sets import held_out_error
from training.recipes.garments.pictures.samples import IN_ALL, NEVER, Cuts, Samples
from training.recipes.photos.assess import encode_ms
from training.recipes.photos.figures import within_subset

_KNOWN = 1500  # product photos that were fitted on, to tell the direction by
_ARTICLES = 400  # grey ones that the rejection is fitted on, and as many that it is judged by
_TIMED = 50
_UNSURE = UNDECIDED[0]  # a garment whose category nobody could tell; no network learns from it


@dataclass(frozen=True, slots=True, eq=False)
class Shipping:
    """A network and what it reads of pictures that it was not fitted on."""

    read: Reader
    spec: InputSpec
    samples: Samples
    studio: Part
    bars: Bars
    test: Ids  # places of the published test photos
    test_pictures: Pixels
    of_test: Readings
    product_pictures: Pixels  # of `products.held`
    products: ProductReadings
    halves: Ids  # of `products.held`, by shoot: 0 to fit thresholds on, 1 to judge them by

    @property
    def shown(self) -> Pixels:
        """Return pictures to try a network with: the best that there are."""
        found = (self.test_pictures, self.product_pictures)
        return next((each for each in found if len(each)), _grey(self, self.studio.images[-50:]))


def read_unseen(
    read: Reader, spec: InputSpec, samples: Samples, cuts: Cuts, studio: Part, bars: Bars
) -> Shipping:
    """Read what the network was not fitted on; `studio` is the test part of Fashion-MNIST."""
    photos = ~samples.is_product & (labels_of(samples.labels) >= 0)
    test = np.flatnonzero(photos & (samples.folds == NEVER))
    rows = np.flatnonzero(samples.is_product & (samples.folds == NEVER))
    test_pictures, product_pictures = (
        _pictures(samples, these, spec, bars, what)
        for these, what in ((test, "test photos"), (rows, "product photos"))
    )
    moved = rows[cuts.found[rows]]
    laid = laid_elsewhere(samples, cuts, moved, (spec.height, spec.width))
    products = ProductReadings(rows, read(product_pictures), moved, read(laid))
    _, shoots = np.unique([samples.groups[row] for row in rows], return_inverse=True)
    return Shipping(
        read, spec, samples, studio, bars, test, test_pictures, read(test_pictures),
        product_pictures, products, shoots % 2,
    )  # fmt: skip


def judge_shipping(told: Shipping) -> dict[str, Figure]:
    """Return every figure that asks neither the folds nor a rejection, of what data is there."""
    samples, products = told.samples, told.products
    figures = {
        "encode_ms": Figure(
            "encode one photo, median", encode_ms(told.read, told.shown), _TIMED, unit=MILLISECONDS
        )
    }
    if len(told.test):
        labels = labels_of(samples.labels)[told.test]
        right = int((within_subset(photo_logits(told.of_test.logits)) == labels).sum())
        title = "published test split, 10 classes"
        figures["subset_test"] = Figure.of(title, share(right, len(labels)))
    if len(products.held):
        kinds = samples.kinds[products.held]
        known = kinds.any(axis=1)
        error = held_out_error(
            products.of_held.logits[known], kinds[known], told.halves[known], leaf_confidence
        )
        title = "expected calibration error, product photos of unseen shoots"
        figures["calibration_products"] = Figure(title, error, int(known.sum()))
        figures |= judge_products(products, samples)
    return figures


def fit_shipping_rejection(told: Shipping) -> Rejection:
    """Fit what is no garment, on senders, shoots and articles that the network never saw."""
    samples = told.samples
    photos = np.flatnonzero(~samples.is_product & (samples.folds >= 0) & ~samples.reserved)
    products = np.flatnonzero(samples.is_product & (samples.folds == IN_ALL))
    rng = np.random.default_rng(0)
    some = np.sort(rng.permutation(products)[:_KNOWN])
    # Without photos the first world is the shop's.
    known = [_known(told, rows) for rows in (photos, some) if len(rows)]
    return fit_on_others(told.read, told.spec, unseen_worlds(told), known, told.bars)


def _known(told: Shipping, rows: Ids) -> GarmentView:
    pictures = _pictures(told.samples, rows, told.spec, told.bars, "garments that are known")
    groups = [f"known {told.samples.is_product[row]} {told.samples.groups[row]}" for row in rows]
    return GarmentView(answers_of(told.read(pictures)), groups, 1.0)


def unseen_worlds(told: Shipping) -> list[World]:
    """Return garments that no network learned from, world by world; one without any is left out."""
    samples = told.samples
    unseen = np.flatnonzero(samples.reserved)
    unsure = np.flatnonzero(np.array([label == _UNSURE for label in samples.labels]))
    fitted = _worn(told) & (told.halves == 0)
    photos, doubtful = (
        _pictures(samples, these, told.spec, told.bars, what)
        for these, what in ((unseen, "photos unseen"), (unsure, "photos of no category"))
    )
    worlds = (
        World("photos", photos, [f"sender {samples.groups[row]}" for row in unseen], 0.5),
        World(
            "photos of no category", doubtful,
            [f"sender {samples.groups[row]}" for row in unsure], 0.5, sure=False,
        ),
        World(
            "product photos", told.product_pictures[fitted],
            [f"shoot {samples.groups[row]}" for row in told.products.held[fitted]], 1.0,
        ),
        World(
            "grey articles", _grey(told, told.studio.images[-_ARTICLES:]),
            [f"article {place}" for place in range(_ARTICLES)], 0.4,
        ),
    )  # fmt: skip
    return [world for world in worlds if len(world.pictures)]


def judge_shipping_rejection(told: Shipping, rule: Rejection) -> tuple[Judged, dict[str, Figure]]:
    """Judge a rule on the test split, on other shoots and other articles than it was fitted on."""
    grey = _grey(told, told.studio.images[-2 * _ARTICLES : -_ARTICLES])
    worlds = {
        "photos": told.of_test,
        "product photos": told.products.of_held.where(_worn(told) & (told.halves == 1)),
        "grey articles": told.read(grey),
    }
    there = {name: read for name, read in worlds.items() if len(read.logits)}
    return judge_by_others(told.read, told.spec, rule, there, told.bars)


def _worn(told: Shipping) -> Ids:
    return np.asarray(told.samples.kinds[told.products.held].any(axis=1))


def _grey(told: Shipping, images: Pixels) -> Pixels:
    return np.stack([show(image, place % 2 == 0, told.spec) for place, image in enumerate(images)])


def _pictures(samples: Samples, rows: Ids, spec: InputSpec, bars: Bars, what: str) -> Pixels:
    return frame_all([samples.paths[row] for row in rows], spec, bars(what))
