"""Retrieval figures on data whose answer can be worked out by hand."""

import numpy as np
import pytest

from training.judge.retrieval import nearest_cosines, precision_at_10, retrieval


def directions(*degrees):
    angles = np.deg2rad(np.array(degrees, dtype=np.float64))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_average_precision_is_that_worked_out_by_hand():
    gallery = directions(10, 20, 30, 40)
    labels = np.array([1, 0, 1, 0])

    found = retrieval(directions(0), np.array([1]), gallery, labels)

    # In order of the angle: right, wrong, right, wrong.
    assert found.recall_at_1.value == 1
    assert found.mean_average_precision.value == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert found.precision_at_10.value == pytest.approx(2 / 4)  # only four are there
    assert (found.recall_at_1.count, found.gallery) == (1, 4)


def test_figures_are_averaged_over_the_queries():
    gallery = directions(0, 90)

    found = retrieval(directions(5, 85), np.array([0, 0]), gallery, np.array([0, 1]))

    assert found.recall_at_1.value == pytest.approx(0.5)
    assert found.mean_average_precision.value == pytest.approx((1 + 1 / 2) / 2)


def test_a_gallery_in_clusters_is_searched_perfectly():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    gallery = np.eye(3, dtype=np.float32)[labels] + rng.normal(0, 0.05, (60, 3))
    gallery = (gallery / np.linalg.norm(gallery, axis=1, keepdims=True)).astype(np.float32)

    found = retrieval(gallery[:6], labels[:6], gallery[6:], labels[6:])

    assert found.recall_at_1.value == 1
    assert found.precision_at_10.value == 1
    assert found.mean_average_precision.value == pytest.approx(1)


def test_a_query_without_any_relevant_picture_scores_nothing():
    found = retrieval(directions(0), np.array([7]), directions(1, 2), np.array([0, 1]))

    assert found.mean_average_precision.value == 0


def test_of_equal_cosines_the_wrong_one_counts_as_nearer():
    gallery, labels = directions(10, 10, 180), np.array([1, 0, 1])

    found = retrieval(directions(0), np.array([1]), gallery, labels)

    assert found.recall_at_1.value == 0
    assert found.mean_average_precision.value == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_chunks_do_not_change_the_figures():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(1203, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = rng.integers(0, 4, len(vectors))

    whole = retrieval(vectors, labels, vectors, labels)
    parts = [retrieval(vectors[i : i + 7], labels[i : i + 7], vectors, labels) for i in (0, 601)]

    assert whole.recall_at_1.value == 1  # each finds itself
    assert whole.recall_at_1.count == 1203
    assert all(part.mean_average_precision.value > 0.2 for part in parts)


def test_the_nearest_cosine_is_that_of_the_closest_direction():
    cosines = nearest_cosines(directions(0, 50), directions(30, 60, 180))

    np.testing.assert_allclose(cosines, np.cos(np.deg2rad([30, 10])), atol=1e-6)


def test_precision_counts_the_ten_nearest_only():
    gallery = np.repeat(np.eye(2, dtype=np.float32), 12, axis=0)
    labels = np.array([0] * 6 + [1] * 6 + [2] * 12)

    shares = precision_at_10(np.eye(2, dtype=np.float32), np.array([2, 2]), gallery, labels)

    assert shares.tolist() == [0, 1]


def test_precision_looks_at_as_many_as_the_category_has():
    gallery = np.array([[1, 0]] * 3 + [[0, 1]] * 20, dtype=np.float32)
    labels = np.array([0] * 3 + [1] * 20)

    found = precision_at_10(
        np.eye(2, dtype=np.float32), np.array([0, 1]), gallery, labels, of_few=True
    )

    assert found.tolist() == [1, 1]


def test_a_photo_of_another_category_that_is_nearer_counts_against():
    gallery = np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 1]], dtype=np.float32)
    labels = np.array([1, 0, 0, 1])

    found = precision_at_10(
        np.eye(2, dtype=np.float32)[:1], np.array([0]), gallery, labels, of_few=True
    )

    assert found.tolist() == [0.5]


def test_labels_that_are_numbered_apart_are_the_same_where_a_table_says_so():
    gallery = directions(*range(0, 20, 2), *range(90, 110, 2))
    labels = np.array([1] * 6 + [0] * 4 + [2] * 10)
    same = np.array([[False, True, True], [True, False, False]])

    found = precision_at_10(directions(0, 100), np.array([0, 1]), gallery, labels, same=same)

    assert found.tolist() == [0.6, 0]


def test_many_queries_are_answered_as_each_alone():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(700, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = rng.integers(0, 3, len(vectors))

    found = precision_at_10(vectors, labels, vectors, labels)

    assert found.shape == (700,)
    for place in (0, 499, 500, 699):
        near = np.argsort(-(vectors @ vectors[place]))[:10]
        assert found[place] == pytest.approx((labels[near] == labels[place]).mean())
