"""Ids as ascending arrays, held against Python's own sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.index.ascending import exchanged, which_held
from service.index.owners import Owners

IDS = st.sets(st.integers(0, 30))


def array(ids):
    return np.array(sorted(ids), dtype=np.int64)


@given(IDS, st.lists(st.integers(0, 30)))
def test_what_is_held_is_what_a_set_holds(ids, asked):
    held = which_held(np.array(asked, dtype=np.int64), array(ids))

    assert held.tolist() == [each in ids for each in asked]


@given(IDS, IDS, IDS)
def test_an_exchange_is_that_of_sets(ids, gone, new):
    come = (gone & new) | (new - ids)

    found = exchanged(array(ids), array(gone), array(come))

    assert found.tolist() == sorted((ids - gone) | come)


@given(IDS, IDS)
def test_what_does_not_differ_stays_the_same_array(ids, gone):
    before = array(ids)

    assert exchanged(before, array(gone), array(gone & ids)) is before


OWNED = st.dictionaries(st.integers(0, 20), st.integers(0, 5))


def owners_of(owned):
    return Owners(array(owned), np.array([owned[id_] for id_ in sorted(owned)], dtype=np.int64))


@given(OWNED, st.sets(st.integers(0, 20)), OWNED)
def test_owners_follow_as_a_dictionary_would(owned, gone, put):
    gone -= put.keys()
    photos = np.array(list(put), dtype=np.int64)
    products = np.array(list(put.values()), dtype=np.int64)

    found = owners_of(owned).exchanged(array(gone), photos, products)

    expected = {id_: owner for id_, owner in owned.items() if id_ not in gone} | put
    assert dict(zip(found.photos.tolist(), found.products.tolist(), strict=True)) == expected
    assert found.photos.tolist() == sorted(expected)
    assert found.count == len(set(expected.values()))


@given(OWNED, st.sets(st.integers(0, 5)))
def test_the_photos_of_some_products_are_counted_right(owned, products):
    found = owners_of(owned).of_products(array(products))

    expected = {id_: owner for id_, owner in owned.items() if owner in products}
    assert found.photos.tolist() == sorted(expected)
    assert found.count == len(set(expected.values()))
