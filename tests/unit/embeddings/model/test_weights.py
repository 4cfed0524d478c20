import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.model.label_tree import above, below
from embeddings.model.weights import Weight, weigh

HALVES = {"kind": (0, 4), "look": (4, 8)}
TREE = {"Heels": "Shoes", "Boots": "Shoes", "Ankle boots": "Boots", "Dress": "Whole body"}


def unit(seed):
    values = np.random.default_rng(seed).normal(size=8).astype(np.float32)
    return values / np.linalg.norm(values)


def test_without_a_wish_the_embedding_is_searched_with_as_it_is():
    embedding = unit(0)

    vector, own = weigh(embedding, {}, Weight.BALANCED)

    assert vector is embedding
    assert own == 1


@given(st.integers(0, 1000), st.sampled_from([Weight.KIND, Weight.LOOK]))
def test_a_weighed_vector_has_length_1_and_the_embedding_stays(seed, weight):
    embedding = unit(seed)
    before = embedding.copy()

    vector, own = weigh(embedding, HALVES, weight)

    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    assert own == pytest.approx(float(vector @ embedding), abs=1e-6)
    assert 0 < own <= 1 + 1e-6
    np.testing.assert_array_equal(embedding, before)


def test_the_half_that_is_asked_for_decides():
    asked = np.array([1, 0, 0, 0, 1, 0, 0, 0], dtype=np.float32) / np.sqrt(2, dtype=np.float32)
    same_kind = np.array([1, 0, 0, 0, 0, 1, 0, 0], dtype=np.float32) / np.sqrt(2)
    same_look = np.array([0, 1, 0, 0, 1, 0, 0, 0], dtype=np.float32) / np.sqrt(2)

    likeness = {
        weight: [
            float(weigh(asked, HALVES, weight).vector @ each) for each in (same_kind, same_look)
        ]
        for weight in Weight
    }

    assert likeness[Weight.BALANCED][0] == likeness[Weight.BALANCED][1]
    assert likeness[Weight.KIND][0] > likeness[Weight.KIND][1]
    assert likeness[Weight.LOOK][0] < likeness[Weight.LOOK][1]


def test_a_label_holds_all_that_belongs_to_it_at_any_depth():
    assert below(TREE, "Shoes") == ("Ankle boots", "Boots", "Heels")
    assert below(TREE, "Heels") == below({}, "Shoes") == ()
    assert above(TREE, "Ankle boots") == ("Boots", "Shoes")
    assert above(TREE, "Hat") == ()
