"""The index for very many vectors, beside the oracle: exact where it promises to be."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import StaleSnapshot
from embeddings.indexes.approximate import ApproximateIndex
from embeddings.indexes.flat import FlatIndex
from embeddings.indexes.kinds import ApproximateIndexes, ExactIndexes
from embeddings.search.selection import EVERYTHING, And, Not, Only, Or
from tests.oracle import BruteForceIndex
from tests.settled import SettledIndex

DIM = 8
IDS = st.lists(st.integers(0, 60), max_size=30, unique=True).map(
    lambda ids: np.array(ids, np.int64)
)
SELECTIONS = st.recursive(
    st.just(EVERYTHING) | IDS.map(Only),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts)))
    ),
    max_leaves=6,
)


def unit_vectors(count, dim=DIM, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def clustered(count, dim=32, clusters=60, seed=0):
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(clusters, dim))
    vectors = centres[chance.integers(0, clusters, count)] + chance.normal(size=(count, dim)) / 2
    vectors = vectors.astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids_of(found):
    return [each.id for each in found]


def bytes_of(index):
    file = io.BytesIO()
    index.write_to(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def many():
    """Six thousand clustered vectors, which have more lists than a search reads."""
    return np.random.default_rng(3).permutation(9_000)[:6_000], clustered(6_000)


def settled_of(many):
    index = ApproximateIndex(32, smallest=1_000)
    index.upsert(*many)
    index.settle()
    return index


@pytest.fixture(scope="module")
def settled(many):
    """Not to be changed."""
    return settled_of(many)


@pytest.fixture(scope="module")
def oracle(many):
    """Not to be changed."""
    index = BruteForceIndex(32)
    index.upsert(*many)
    return index


@given(
    ids=IDS,
    gone=IDS,
    again=IDS,
    where=SELECTIONS,
    k=st.integers(0, 70),
    seed=st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_small_indexes_of_every_kind_agree_on_every_selection(ids, gone, again, where, k, seed):
    kinds = (BruteForceIndex(DIM), FlatIndex(DIM), SettledIndex(DIM, smallest=0))
    question = unit_vectors(1, seed=seed + 100)[0]
    told = []
    for index in kinds:
        index.upsert(ids, unit_vectors(len(ids), seed=seed))
        index.search(question, 1)
        index.remove(gone)
        index.upsert(again, unit_vectors(len(again), seed=seed + 50))
        told.append(index.search(question, k, where))

    assert told[1] == told[0]
    assert told[2] == told[0]


@given(seed=st.integers(0, 1_000), share=st.floats(0, 1), k=st.sampled_from([1, 24, 400]))
@settings(max_examples=20, deadline=None)
def test_a_filtered_search_of_a_large_index_is_exact(many, settled, oracle, seed, share, k):
    ids, vectors = many
    allowed = ids[np.random.default_rng(seed).random(len(ids)) < share]
    # Leaving out as many as this is no matter of a few, either.
    where = Only(allowed) if seed % 2 else Not(Only(np.append(allowed, ids[:300])))

    assert settled.search(vectors[seed], k, where) == oracle.search(vectors[seed], k, where)


def test_nearly_all_of_the_nearest_are_found(many, settled, oracle):
    questions = many[1][::60]

    shared = [
        len({*ids_of(settled.search(each, 24))} & {*ids_of(oracle.search(each, 24))})
        for each in questions
    ]

    assert settled.is_settled
    assert np.mean(shared) / 24 > 0.95


def test_every_vector_comes_once_and_pages_fit_together(many, settled):
    question = many[1][7]

    everything = settled.search(question, 6_000)
    pages = [settled.search(question, k)[-24:] for k in range(24, 24 * 20, 24)]

    assert sorted(ids_of(everything)) == sorted(many[0].tolist())
    assert [each for page in pages for each in page] == everything[: 24 * 19]
    assert len(settled.search(question, 10_000)) == 6_000


def test_pages_fit_together_where_a_few_are_left_out(many, settled):
    question, without = many[1][7], many[0][[7, 8, 9]]
    where = And((EVERYTHING, Not(Only(without))))

    everything = settled.search(question, 6_000, where)
    pages = [settled.search(question, k, where)[-100:] for k in range(100, 1_000, 100)]

    assert sorted(ids_of(everything)) == sorted({*many[0].tolist()} - {*without.tolist()})
    assert [each for page in pages for each in page] == everything[:900]


def test_a_vector_that_is_held_is_found_by_itself(many, settled):
    ids, vectors = many

    found = [settled.search(vectors[at], 1)[0] for at in range(0, 6_000, 100)]

    assert ids_of(found) == ids[::100].tolist()


def test_changes_after_lists_were_made_are_found(many):
    ids, vectors = many
    index, right = settled_of(many), BruteForceIndex(32)
    right.upsert(ids, vectors)
    fresh = clustered(50, seed=9)
    for each in (index, right):
        each.remove(ids[:2_000])
        each.upsert(ids[2_000:2_050], fresh)  # in other places than before
        each.upsert(np.arange(10_000, 10_050), vectors[:50])

    found = [index.search(each, 1)[0] for each in (*fresh, *vectors[:50])]

    assert ids_of(found) == [right.search(each, 1)[0].id for each in (*fresh, *vectors[:50])]
    assert sorted(ids_of(index.search(fresh[0], 9_000))) == right.ids().tolist()


def test_changes_while_lists_are_made_are_in_them(many):
    ids, vectors = many
    index, right = ApproximateIndex(32, smallest=1_000), BruteForceIndex(32)
    fresh = clustered(3_000, seed=5)
    turns = iter(range(100))

    def change_meanwhile():
        turn = next(turns)
        for each in (index, right):
            each.remove(ids[10 * turn : 10 * turn + 10])
            each.upsert(ids[5_000 + turn : 5_001 + turn], fresh[turn : turn + 1])
            if turn == 4:  # more than searches may wait for
                each.upsert(np.arange(20_000, 23_000), fresh)
        return False

    for each in (index, right):
        each.upsert(ids, vectors)
    index.settle(give_up=change_meanwhile)

    assert bytes_of(index).startswith(b"LKLIST1")
    assert sorted(ids_of(index.search(fresh[0], 20_000))) == right.ids().tolist()
    for question in (*fresh[:12], *vectors[5_100:5_110]):
        assert index.search(question, 1) == right.search(question, 1)


@pytest.mark.parametrize("rounds", [0, 3, 10])
def test_one_that_gives_up_is_as_it_was(many, oracle, rounds):
    index = ApproximateIndex(32, smallest=1_000)
    index.upsert(*many)
    before = bytes_of(index)
    turns = iter(range(100))

    index.settle(give_up=lambda: next(turns) >= rounds)

    assert not index.is_settled
    assert bytes_of(index) == before
    assert index.search(many[1][0], 300) == oracle.search(many[1][0], 300)


def test_few_vectors_need_no_lists(many, oracle):
    index = ApproximateIndex(32, smallest=6_000)
    index.upsert(*many)
    index.settle()

    assert index.is_settled
    assert bytes_of(index).startswith(b"LKFLAT1")
    assert index.search(many[1][0], 300) == oracle.search(many[1][0], 300)


def test_lists_are_made_anew_once_there_are_many_more_vectors(many):
    ids, vectors = many
    index = ApproximateIndex(32, smallest=1_000)
    index.upsert(ids[:2_000], vectors[:2_000])
    index.settle()
    index.upsert(ids[2_000:4_000], vectors[2_000:4_000])
    still = index.is_settled
    index.upsert(ids[4_000:], vectors[4_000:])
    then = index.is_settled

    index.settle()

    assert (still, then, index.is_settled) == (True, False, True)


def test_lists_are_kept_in_the_file(many, settled):
    loaded = ApproximateIndexes(1_000).read(bytes_of(settled))

    assert loaded.is_settled
    assert bytes_of(loaded) == bytes_of(settled)
    for question in many[1][:20]:
        assert loaded.search(question, 300) == settled.search(question, 300)


def test_the_same_vectors_get_the_same_lists(many, settled):
    other = ApproximateIndex(32, smallest=1_000)
    for first in range(5_000, -1, -1_000):  # put in another order
        other.upsert(*(part[first : first + 1_000] for part in many))
    other.settle()

    assert bytes_of(other) == bytes_of(settled)


def test_the_file_of_an_exact_index_is_read(many):
    exact = ExactIndexes().empty(32)
    exact.upsert(*many)

    loaded = ApproximateIndexes(1_000).read(bytes_of(exact))

    assert not loaded.is_settled
    assert loaded.search(many[1][0], 5) == exact.search(many[1][0], 5)


def test_an_exact_index_takes_no_file_with_lists(settled):
    with pytest.raises(StaleSnapshot):
        ExactIndexes().read(bytes_of(settled))


def small_file():
    index = SettledIndex(4, smallest=0)
    index.upsert(np.arange(10), unit_vectors(10, dim=4))
    return bytes_of(index)


def test_a_file_with_lists_that_is_torn_anywhere_is_refused():
    whole = small_file()

    assert whole.startswith(b"LKLIST1")
    for length in range(len(whole)):
        with pytest.raises(StaleSnapshot):
            ApproximateIndexes(0).read(whole[:length])


@pytest.mark.parametrize("number", [-1, 6, 2**30])
def test_lists_that_there_are_not_are_refused(number):
    whole = bytearray(small_file())
    at = 32 + 6 * 4 * 4  # behind the header and six centroids of four
    whole[at : at + 4] = int(number).to_bytes(4, "little", signed=True)

    with pytest.raises(StaleSnapshot, match="not those of its vectors"):
        ApproximateIndexes(0).read(bytes(whole))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_and_equal_vectors_can_have_lists(count):
    index = SettledIndex(4, smallest=0)
    index.upsert(np.arange(count), np.eye(4, dtype=np.float32)[[0] * count])

    assert ids_of(index.search(np.eye(4, dtype=np.float32)[0], 5)) == list(range(count))
