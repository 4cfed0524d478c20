"""The data report counts what is there and finds pictures that occur twice."""

import numpy as np
import pytest

from embeddings.datasets.fashion_mnist import FashionMnist
from training.reports.explore import data_report, find_duplicates

NAMES = ("coat", "<dress>")


@pytest.fixture
def data():
    """Eight training pictures, of which the last repeats the first, and two known test ones."""
    train = np.random.default_rng(0).integers(0, 256, (8, 28, 28), dtype=np.uint8)
    train[7] = train[0]
    test = np.random.default_rng(1).integers(0, 256, (4, 28, 28), dtype=np.uint8)
    test[1], test[3] = train[0], train[5]
    labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    return FashionMnist(train, labels, test, np.array([0, 1, 1, 1]))


def test_duplicates_are_found_within_and_across(data):
    found = find_duplicates(data)

    assert (found.within_train, found.within_test) == (1, 0)
    assert found.across == ((0, 1), (5, 3))  # the first of equal training pictures
    assert found.of_other_labels == 1


def test_the_report_holds_every_picture_inside_it(data):
    report = data_report(data, NAMES)

    assert "8 training and 4 test pictures" in report
    assert report.count("data:image/png;base64,") == 8 + 2 + 2  # samples, means, duplicates
    assert "http" not in report


def test_names_are_made_safe_for_a_page(data):
    report = data_report(data, NAMES)

    assert "<dress>" not in report
    assert "&lt;dress&gt;" in report
