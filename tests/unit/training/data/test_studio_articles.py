"""Grey articles learn under the photos' categories."""

import numpy as np
import pytest

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.datasets.fashion_mnist import LABELS
from training.data.framed import photo_spec
from training.data.studio_articles import has_category, shares, show

SPEC = photo_spec(56, 42)


def photo_labels(**counts):
    return np.array([CATEGORIES.index(name) for name, n in counts.items() for _ in range(n)])


def test_an_article_shares_itself_among_its_categories_as_the_photos_do():
    coat = shares(photo_labels(Blazer=9, Outwear=29, Dress=5))[LABELS.index("Coat")]

    assert coat[CATEGORIES.index("Blazer")] == pytest.approx(0.25)
    assert coat[CATEGORIES.index("Outwear")] == pytest.approx(0.75)
    assert coat.sum() == pytest.approx(1)


def test_bags_alone_are_in_no_category():
    known = has_category(np.arange(len(LABELS)))

    assert [label for label, held in zip(LABELS, known, strict=True) if not held] == ["Bag"]
    assert shares(photo_labels(Dress=2))[LABELS.index("Bag")].sum() == 0


def test_an_article_is_shown_on_its_own_black_or_on_the_shops_white():
    image = np.zeros((28, 28), dtype=np.uint8)

    black, white = show(image, False, SPEC), show(image, True, SPEC)

    middle = (28, 21)
    assert black[middle].tolist() == [0, 0, 0]
    assert white[middle].tolist() == [255, 255, 255]
    assert black[0, 0].tolist() == [255, 255, 255], "what is added around an article is white"
