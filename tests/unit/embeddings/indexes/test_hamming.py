import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.indexes.hamming import HammingIndex

LENGTH = 32


def hashes(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, LENGTH), dtype=np.uint8)


@given(st.integers(0, 40), st.integers(0, 9), st.integers(0, 256), st.integers(0, 2**16))
def test_it_finds_just_those_that_differ_by_so_few_bits(held, asked, most_bits, seed):
    index, there, questions = HammingIndex(LENGTH), hashes(held, seed), hashes(asked, seed + 1)
    index.add(there[: held // 2])
    index.add(there[held // 2 :])

    near = index.within(questions, most_bits)

    apart = np.bitwise_count(questions[:, None] ^ there[None]).sum(axis=2, dtype=int)
    found = zip(*(each.tolist() for each in near), strict=True)
    wanted = zip(*np.nonzero(apart <= most_bits), strict=True)
    assert len(index) == held
    assert sorted(found) == [(int(q), int(h), int(apart[q, h])) for q, h in wanted]
