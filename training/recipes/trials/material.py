"""The photos and networks that `fit --data` is tried on: validation shoots, and unlearned types."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.datasets.product_photos import ProductPhoto, load_product_photos
from embeddings.errors import DatasetUnavailable
from embeddings.model.bundle import Bundle
from embeddings.types import Pixels
from training.data.photo_data import frame_all
from training.networks.predict import Answers
from training.onnx.served import reader_of
from training.others.sets import others_to_judge_by
from training.progress import Bars
from training.recipes.garments.fit.recipe import RECIPE
from training.recipes.shop.fit import OTHERS_PER_KIND
from training.recipes.shop.start import load_start
from training.recipes.shop.still import known_of
from training.recipes.shop.trial import (
    ALSO_UNLEARNED,
    LEFT_OUT,
    SIZES,
    WORDS,
    Material,
    Trial,
    try_size,
)
from training.recipes.trials.unlearned import (
    features_learned,
    features_of_pictures,
    fit_without,
    read_features,
)

Tried = list[tuple[str, list[Trial]]]


def try_own_words(bundle: Bundle, bars: Bars) -> Tried:
    """Try a bundle on the validation shoots, in coarser words, the shop's own, and finer ones.

    Raises:
        DatasetUnavailable: the product photos are not there.
    """
    network = load_start(bundle)
    products = _validation()
    read = reader_of(bundle)
    known = known_of(bundle, network, read(_pictures(products, bundle, bars)))
    others = others_to_judge_by(bundle.input, OTHERS_PER_KIND, bars)
    told = [read(each) for each in others.held_out.values()]
    every = Answers(
        np.concatenate([each.logits for each in told]),
        np.concatenate([each.embeddings for each in told]),
    )
    shoots = np.array([photo.shoot for photo in products])
    tried: Tried = []
    for words in WORDS:
        material = Material(known, _named(products, words), shoots)
        tried += [(words, try_size(material, size, bundle.rejection, every)) for size in SIZES]
    return tried


def try_unlearned(bundle: Bundle, work: Path, bars: Bars) -> Tried:
    """Fit the head of the runs in `work` without ten types, and teach it these as a shop would.

    What is given are photos that the head would have learned from, what is judged are photos of the
    validation shoots.

    Raises:
        DatasetUnavailable: the product photos are not there.
    """
    data = features_learned(RECIPE, work, bars)
    head = fit_without(data, (*LEFT_OUT.values(), *ALSO_UNLEARNED), RECIPE, bars)
    products = [photo for photo in _validation() if photo.article_type in LEFT_OUT]
    asked = features_of_pictures(RECIPE, work, _pictures(products, bundle, bars))
    given = np.flatnonzero(np.isin(data.names, list(LEFT_OUT)))
    logits, embeddings = read_features(head, np.concatenate([data.served[given], asked]))
    known = known_of(bundle, head, Answers(logits, embeddings))
    names = np.concatenate([data.names[given], [photo.article_type for photo in products]])
    learned = np.arange(len(names)) < len(given)
    material = Material(known, names, np.where(learned, "learned", "judged"), learned)
    return [("types that the head was not told", try_size(material, size)) for size in SIZES]


def _validation() -> list[ProductPhoto]:
    found = [photo for photo in load_product_photos() if photo.split == "validation"]
    if not found:
        raise DatasetUnavailable("no product photo is of the validation split")
    return found


def _pictures(products: list[ProductPhoto], bundle: Bundle, bars: Bars) -> Pixels:
    paths = [photo.path for photo in products]
    return frame_all(paths, bundle.input, bars("product photos"))


def _named(products: list[ProductPhoto], words: str) -> npt.NDArray[np.str_]:
    return np.array([WORDS[words](photo) for photo in products])
