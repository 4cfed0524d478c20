import io
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from embeddings.errors import StaleSnapshot
from embeddings.indexes.flat import FlatIndex
from embeddings.indexes.flat_file import write_vectors
from embeddings.search.selection import EVERYTHING, Only

DIM = 6
IDS = st.lists(st.integers(0, 40), max_size=20, unique=True)


def unit_vectors(count, dim=DIM, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids_of(values):
    return np.array(values, dtype=np.int64)


class IndexAgainstDictionary(RuleBasedStateMachine):
    """Changes an index and a dictionary alike; both must find the same."""

    def __init__(self):
        super().__init__()
        self.index = FlatIndex(DIM, room=7)
        self.held = {}

    @rule(ids=IDS, seed=st.integers(0, 9))
    def upsert(self, ids, seed):
        vectors = unit_vectors(len(ids), seed=seed)
        self.index.upsert(ids_of(ids), vectors)
        self.held |= dict(zip(ids, vectors, strict=True))

    @rule(ids=IDS)
    def remove(self, ids):
        self.index.remove(ids_of(ids))
        for id_ in ids:
            self.held.pop(id_, None)

    @rule()
    def save_and_load(self):
        file = io.BytesIO()
        self.index.write_to(file)
        self.index = FlatIndex.from_bytes(file.getvalue())

    @precondition(lambda self: self.held)
    @rule(k=st.integers(0, 50), seed=st.integers(0, 9), allowed=st.none() | IDS)
    def search(self, k, seed, allowed):
        query = unit_vectors(1, seed=seed)[0]

        found = self.index.search(
            query, k, EVERYTHING if allowed is None else Only(ids_of(allowed))
        )

        wanted = [i for i in self.held if allowed is None or i in allowed]
        cosines = {id_: float(self.held[id_] @ query) for id_ in wanted}
        best = sorted(cosines.values(), reverse=True)[:k]
        assert [each.cosine for each in found] == pytest.approx(best, abs=1e-5)
        assert len({each.id for each in found}) == len(found)
        for each in found:
            assert each.cosine == pytest.approx(cosines[each.id], abs=1e-5)
        order = [(-each.cosine, each.id) for each in found]
        assert order == sorted(order)

    @invariant()
    def holds_the_same(self):
        assert self.index.ids().tolist() == sorted(self.held)
        assert len(self.index) == len(self.held)
        for id_, vector in zip(self.held, self.index.vectors(ids_of(list(self.held))), strict=True):
            assert (vector == self.held[id_]).all()


TestIndexAgainstDictionary = IndexAgainstDictionary.TestCase
TestIndexAgainstDictionary.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None
)


@given(count=st.integers(1, 60), k=st.integers(1, 60), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_ties_come_by_id_however_many_there_are(count, k, seed):
    chance = np.random.default_rng(seed)
    index = FlatIndex(4)
    ids = chance.permutation(1000)[:count].astype(np.int64)
    axes = chance.integers(0, 2, count)
    index.upsert(ids, np.eye(4, dtype=np.float32)[axes])

    found = index.search(np.eye(4, dtype=np.float32)[0], k)

    expected = sorted(ids[axes == 0].tolist()) + sorted(ids[axes == 1].tolist())
    assert [each.id for each in found] == expected[:k]


def test_a_search_among_very_large_ids_finds_them():
    index = FlatIndex(4)
    index.upsert(ids_of([2**40, 5]), np.eye(4, dtype=np.float32)[:2])

    found = index.search(np.eye(4, dtype=np.float32)[1], 2, where=Only(ids_of([2**40])))

    assert [each.id for each in found] == [2**40]


def test_cosines_stay_within_bounds():
    index = FlatIndex(DIM)
    vectors = unit_vectors(200)
    index.upsert(np.arange(200), vectors)

    for at in range(200):
        found = index.search(vectors[at], k=200)
        assert found[0].id == at
        assert all(-1 <= each.cosine <= 1 for each in found)


@pytest.mark.parametrize(
    ("ids", "vectors", "reason"),
    [
        ([1], unit_vectors(1), "int64"),
        (np.array([1], dtype=np.int32), unit_vectors(1), "int64"),
        (ids_of([[1]]), unit_vectors(1), "one dimension"),
        (ids_of([-1]), unit_vectors(1), "at least 0"),
        (ids_of([3, 3]), unit_vectors(2), "each comes once"),
        (ids_of([1]), unit_vectors(1).astype(np.float64), "float32"),
        (ids_of([1]), unit_vectors(1).tolist(), "float32"),
        (ids_of([1]), unit_vectors(2), "shape"),
        (ids_of([1]), unit_vectors(1, dim=5), "shape"),
        (ids_of([1]), unit_vectors(1) * np.float32(1.1), "length 1"),
        (ids_of([1]), np.full((1, DIM), np.inf, dtype=np.float32), "length 1"),
    ],
)
def test_wrong_arguments_are_refused_with_the_rule(ids, vectors, reason):
    index = FlatIndex(DIM)

    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=reason):
        index.upsert(ids, vectors)

    assert len(index) == 0


def test_a_wrong_question_is_refused_with_the_rule():
    index = FlatIndex(DIM)

    with pytest.raises(ValueError, match="shape"):
        index.search(unit_vectors(1), 1)
    with pytest.raises(ValueError, match="at least 0"):
        index.search(unit_vectors(1)[0], -1)
    with pytest.raises(ValueError, match="at least 1"):
        FlatIndex(0)


def test_vectors_need_not_lie_together_in_memory():
    wide = np.zeros((10, 2 * DIM), dtype=np.float32)
    wide[:, ::2] = unit_vectors(10)
    index = FlatIndex(DIM)

    index.upsert(np.arange(20)[::2], wide[:, ::2])

    assert index.search(wide[3, ::2], 1)[0].id == 6


class Sizes:
    """A file that remembers how much it was given at a time."""

    def __init__(self):
        self.sizes = []

    def write(self, data):
        self.sizes.append(memoryview(data).nbytes)
        return self.sizes[-1]


def test_an_index_is_written_without_a_second_copy_of_its_vectors():
    index, vectors = FlatIndex(32, room=12_000), unit_vectors(12_000, 32)
    index.upsert(np.arange(12_000), vectors)
    file = Sizes()

    index.write_to(file)

    assert sum(file.sizes) > vectors.nbytes
    assert max(file.sizes) < vectors.nbytes / 2


def test_a_file_whose_ids_do_not_ascend_is_refused():
    file = io.BytesIO()
    write_vectors(file, ids_of([3, 3]), DIM, [unit_vectors(2)])

    with pytest.raises(StaleSnapshot, match="do not ascend"):
        FlatIndex.from_bytes(file.getvalue())


def test_asking_for_an_unknown_vector_is_an_error():
    with pytest.raises(KeyError, match="7"):
        FlatIndex(DIM).vectors(ids_of([7]))


def test_a_search_sees_each_change_whole_or_not_at_all():
    # Every upsert moves all ids together from one axis to the other, so that a search that saw
    # half of one would find some ids near and some far.
    index, axes = FlatIndex(2), np.eye(2, dtype=np.float32)
    ids = np.arange(500)
    index.upsert(ids, np.repeat(axes[:1], 500, axis=0))
    done, torn = threading.Event(), []

    def search():
        while not done.is_set():
            cosines = {round(each.cosine, 3) for each in index.search(axes[0], 500)}
            count = len(index.search(axes[0], 500, where=Only(ids)))
            if len(cosines) != 1 or count != 500:
                torn.append((cosines, count))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(1, 101):
        index.upsert(ids, np.repeat(axes[turn % 2 : turn % 2 + 1], 500, axis=0))
    done.set()
    for thread in threads:
        thread.join()

    assert torn == []


def exact_order(ids, vectors, query):
    cosines = np.einsum("ij,j->i", vectors, query).clip(-1, 1)
    return ids[np.lexsort((ids, -cosines))]


@pytest.fixture(scope="module")
def many():
    """More vectors than a processor's cache holds, a thousand of them too close for float16."""
    vectors = unit_vectors(40_000, dim=128)
    vectors[:1000] = vectors[0] + unit_vectors(1000, dim=128, seed=1) * np.float32(1e-4)
    vectors[1000:1050] = vectors[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def test_a_large_index_finds_exactly_where_half_the_digits_would_not_do(many):
    ids = ids_of(range(40_000))[::-1].copy()
    index = FlatIndex(128)
    index.upsert(ids, many)

    for query, k in ((many[0], 24), (many[0], 300), (many[5_000], 24), (many[39_999], 1)):
        found = index.search(query, k)

        assert [each.id for each in found] == exact_order(ids, many, query)[:k].tolist()


def test_a_large_index_finds_exactly_after_changes_and_within_ids(many):
    ids = ids_of(range(40_000))
    index = FlatIndex(128)
    index.upsert(ids, many)
    index.remove(ids[200:600])
    index.upsert(ids[39_000:], many[:1000])
    held = np.concatenate([ids[:200], ids[600:]])
    vectors = np.concatenate([many[:200], many[600:39_000], many[:1000]])
    allowed = held[held % 3 == 0]

    anywhere = index.search(many[0], 50)
    within = index.search(many[0], 50, Only(allowed))

    assert [each.id for each in anywhere] == exact_order(held, vectors, many[0])[:50].tolist()
    expected = exact_order(allowed, vectors[held % 3 == 0], many[0])[:50]
    assert [each.id for each in within] == expected.tolist()


def test_pages_of_a_large_index_fit_together(many):
    index = FlatIndex(128)
    index.upsert(ids_of(range(40_000)), many)

    pages = [index.search(many[0], k)[-24:] for k in range(24, 24 * 60, 24)]

    found = [each.id for page in pages for each in page]
    assert found == [each.id for each in index.search(many[0], 24 * 59)]
