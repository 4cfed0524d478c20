"""What every index promises, over all of them."""

import io

import numpy as np
import pytest

from embeddings.errors import StaleSnapshot
from embeddings.indexes.kinds import ExactIndexes
from embeddings.search.selection import EVERYTHING, And, Not, Only, Or
from tests.oracle import BruteForceIndexes
from tests.settled import SettledIndexes

AXES = np.eye(4, dtype=np.float32)


@pytest.fixture(params=[ExactIndexes, BruteForceIndexes, SettledIndexes])
def kind(request):
    return request.param()


@pytest.fixture
def index(kind):
    return kind.empty(4)


def found(neighbors):
    return [each.id for each in neighbors]


def ids(*values):
    return np.array(values, dtype=np.int64)


def test_results_carry_the_callers_ids_not_row_numbers(index):
    index.upsert(ids(70, 30), AXES[:2])

    nearest = index.search(AXES[1], k=1)

    assert [(n.id, n.cosine) for n in nearest] == [(30, pytest.approx(1))]


def test_the_nearest_comes_first(index):
    near = np.array([0.8, 0.6, 0, 0], dtype=np.float32)
    index.upsert(ids(1, 2, 3), np.stack([AXES[1], near, AXES[0]]))

    nearest = index.search(AXES[0], k=3)

    assert [(n.id, n.cosine) for n in nearest] == [
        (3, pytest.approx(1)),
        (2, pytest.approx(0.8)),
        (1, pytest.approx(0)),
    ]


def test_ties_come_by_id(index):
    index.upsert(ids(9, 4, 6, 2), np.stack([AXES[0]] * 4))

    assert found(index.search(AXES[0], k=4)) == [2, 4, 6, 9]


def test_a_tie_cut_in_two_keeps_the_smallest_ids(index):
    index.upsert(ids(*range(50, 0, -1)), np.stack([AXES[0]] * 50))

    assert found(index.search(AXES[0], k=3)) == [1, 2, 3]


def test_an_upsert_replaces_what_was_held(index):
    index.upsert(ids(1, 2), AXES[:2])

    index.upsert(ids(2, 3), AXES[2:])

    assert index.ids().tolist() == [1, 2, 3]
    assert found(index.search(AXES[2], k=1)) == [2]
    assert index.search(AXES[1], k=1)[0].cosine == pytest.approx(0)


def test_what_is_removed_is_not_found(index):
    index.upsert(ids(1, 2, 3), AXES[:3])

    index.remove(ids(2, 99))

    assert len(index) == 2
    assert 2 not in found(index.search(AXES[1], k=4))


def test_only_allowed_ids_are_found(index):
    index.upsert(ids(1, 2, 3), AXES[:3])

    assert found(index.search(AXES[0], k=3, where=Only(ids(3, 2, 77)))) == [2, 3]


def test_k_results_come_whenever_k_are_allowed_however_far(index):
    index.upsert(ids(*range(1, 101)), np.stack([AXES[0]] * 98 + [AXES[1]] * 2))

    assert found(index.search(AXES[0], k=2, where=Only(ids(99, 100)))) == [99, 100]


@pytest.mark.parametrize("allowed", [[], [50], [-1], [2**40]])
def test_nothing_is_found_where_nothing_held_is_allowed(index, allowed):
    index.upsert(ids(1), AXES[:1])

    assert index.search(AXES[0], k=5, where=Only(ids(*allowed))) == []


def test_fewer_come_where_fewer_are_held(index):
    index.upsert(ids(1, 2), AXES[:2])

    assert found(index.search(AXES[0], k=10)) == [1, 2]


def test_an_empty_index_finds_nothing(index):
    assert index.search(AXES[0], k=3) == []
    assert len(index) == 0
    assert index.ids().tolist() == []


def test_ids_come_in_ascending_order(index):
    index.upsert(ids(8, 3, 5), AXES[:3])

    assert index.ids().tolist() == [3, 5, 8]
    assert index.ids().dtype == np.int64


def test_a_callers_arrays_are_not_changed_or_kept(index):
    given, vectors, query = ids(5, 1), AXES[:2].copy(), AXES[0].copy()
    index.upsert(given, vectors)
    index.search(query, k=1, where=Only(given))

    assert given.tolist() == [5, 1]
    assert (vectors == AXES[:2]).all()
    assert (query == AXES[0]).all()
    vectors[:] = AXES[2:]
    assert index.search(query, k=1)[0].cosine == pytest.approx(1)


def test_what_is_saved_is_loaded(kind, index):
    index.upsert(ids(7, 3), AXES[:2])
    file = io.BytesIO()

    index.write_to(file)
    loaded = kind.read(memoryview(file.getvalue()))

    assert loaded.ids().tolist() == [3, 7]
    assert loaded.search(AXES[1], k=2) == index.search(AXES[1], k=2)


def test_an_empty_index_is_loaded_as_one(kind, index):
    file = io.BytesIO()

    index.write_to(file)
    loaded = kind.read(file.getvalue())

    assert (len(loaded), loaded.dim) == (0, 4)


@pytest.mark.parametrize("data", [b"", b"LKFLAT1\n", b"x" * 100, b"LKFLAT1\n" + b"\xff" * 16])
def test_bytes_of_something_else_are_refused(kind, data):
    with pytest.raises(StaleSnapshot):
        kind.read(data)


def test_vectors_come_in_the_order_asked_for(index):
    index.upsert(ids(7, 3), AXES[:2])

    assert (index.vectors(ids(3, 7)) == AXES[[1, 0]]).all()
    with pytest.raises(KeyError):
        index.vectors(ids(4))


SELECTIONS = {
    "everything": (EVERYTHING, [0, 1, 2, 3]),
    "none of these": (Only(ids()), []),
    "these": (Only(ids(3, 1)), [1, 3]),
    "not these": (Not(Only(ids(1, 77))), [0, 2, 3]),
    "not everything": (Not(EVERYTHING), []),
    "these but those": (And((Only(ids(0, 1, 2)), Not(Only(ids(1))))), [0, 2]),
    "both of these": (And((Only(ids(0, 1)), EVERYTHING, Only(ids(1, 2)))), [1]),
    "any of these": (Or((Only(ids(3)), And((Only(ids(0)), Only(ids(0, 9)))))), [0, 3]),
    "anything": (Or((Only(ids(3)), EVERYTHING)), [0, 1, 2, 3]),
    "all of no condition": (And(()), [0, 1, 2, 3]),
    "any of no condition": (Or(()), []),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_tree_selects_what_it_says(index, name):
    where, expected = SELECTIONS[name]
    index.upsert(ids(0, 1, 2, 3), AXES)

    nearest = index.search(AXES[2], k=4, where=where)

    assert sorted(found(nearest)) == expected
    assert found(nearest)[:1] == ([2] if 2 in expected else expected[:1])


def test_what_is_no_selection_is_refused(index):
    index.upsert(ids(1), AXES[:1])

    with pytest.raises(TypeError, match="a selection is"):
        index.search(AXES[0], k=1, where=ids(1))
    with pytest.raises(ValueError, match="int64"):
        Only(np.array([1.0]))


def test_pages_fit_together(index):
    vectors = np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)
    vectors[100:200] = vectors[:100]
    index.upsert(np.arange(300), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    everything = index.search(AXES[0], k=300)
    pages = [index.search(AXES[0], k=k)[-25:] for k in range(25, 301, 25)]

    assert [each for page in pages for each in page] == everything
    assert sorted(found(everything)) == list(range(300))


@pytest.mark.parametrize(
    ("given", "vectors"),
    [
        (ids(1, 1), AXES[:2]),
        (ids(1), AXES[:2]),
        (ids(1), AXES[:1, :3]),
        (ids(1), 2 * AXES[:1]),
        (ids(1), np.full((1, 4), np.nan, dtype=np.float32)),
    ],
    ids=["a repeated id", "too many vectors", "too short", "not of length 1", "not a number"],
)
def test_nonsense_is_refused_and_changes_nothing(index, given, vectors):
    index.upsert(ids(1), AXES[3:])

    with pytest.raises(ValueError, match=r"vectors|ids"):
        index.upsert(given, vectors)

    assert found(index.search(AXES[3], k=5)) == [1]
    assert index.search(AXES[3], k=1)[0].cosine == pytest.approx(1)
