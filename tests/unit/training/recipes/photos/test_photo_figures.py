"""The figures of a photo network are means over folds, with intervals over people."""

import numpy as np
import pytest

from embeddings.datasets.clothing_photos import CATEGORIES
from training.recipes.photos.figures import FoldAnswers, photo_figures

SHIRT, POLO, HAT = (CATEGORIES.index(name) for name in ("Shirt", "Polo", "Hat"))


def fold(labels, named, senders=None, relevant=None):
    labels = np.array(labels)
    logits = np.zeros((len(labels), len(CATEGORIES)), dtype=np.float32)
    logits[np.arange(len(labels)), named] = 5
    senders = senders or tuple(str(number) for number in range(len(labels)))
    shares = np.ones(len(labels)) if relevant is None else np.array(relevant)
    return FoldAnswers(logits, labels, senders, shares)


def test_each_fold_counts_alike_however_many_photos_it_has():
    good = fold([SHIRT] * 6, [SHIRT] * 6)
    bad = fold([SHIRT] * 2, [HAT] * 2)

    figures = photo_figures([good, bad])

    assert figures.accuracy.value == pytest.approx(0.5)
    assert figures.accuracy.count == 8


def test_a_rare_category_weighs_as_much_as_a_common_one_in_the_balanced_figure():
    figures = photo_figures([fold([SHIRT] * 9 + [HAT], [SHIRT] * 10)])

    assert figures.accuracy.value == pytest.approx(0.9)
    assert figures.balanced.value == pytest.approx(0.5)


def test_the_ten_classes_are_told_among_themselves():
    answers = fold([SHIRT, POLO], [POLO, POLO])
    answers.logits[0, SHIRT] = 4  # the likeliest of the ten, though a polo is likelier

    figures = photo_figures([answers])

    assert figures.subset_accuracy.value == 1
    assert figures.subset_accuracy.count == 1
    assert figures.accuracy.value == pytest.approx(0.5)


def test_the_interval_is_wider_when_few_people_took_the_photos():
    labels, named = [SHIRT] * 40, [SHIRT] * 20 + [HAT] * 20
    many = photo_figures([fold(labels, named)])
    few = photo_figures([fold(labels, named, tuple("ab"[n // 20] for n in range(40)))])

    assert few.accuracy.high - few.accuracy.low > many.accuracy.high - many.accuracy.low
    assert many.accuracy.low < 0.5 < many.accuracy.high


def test_precision_is_the_mean_share_of_the_ten_nearest():
    figures = photo_figures([fold([SHIRT, HAT], [SHIRT, HAT], relevant=[0.9, 0.5])])

    assert figures.precision_at_10.value == pytest.approx(0.7)


def test_a_network_that_is_sure_and_wrong_is_badly_calibrated():
    figures = photo_figures([fold([SHIRT] * 10, [HAT] * 10)], temperature=0.5)

    assert figures.calibration_error > 0.9
