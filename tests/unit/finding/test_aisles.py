"""Categories laid out by the model's tree."""

import numpy as np

from service.finding.aisles import Aisle, nested_members

TREE = {"Sneaker": "Shoes", "Sandal": "Shoes", "Slide": "Sandal"}


def test_what_is_in_several_parts_of_a_category_counts_once():
    members = {
        "Sneaker": np.array([1, 2, -5]),
        "Sandal": np.array([-5, -5, 3]),
        "Shoes": np.array([2]),
    }

    [shoes] = nested_members(members, TREE)

    assert shoes == Aisle("Shoes", 4, (Aisle("Sandal", 2), Aisle("Sneaker", 3)))


def test_a_category_that_has_nothing_is_there_and_so_are_those_above_it():
    laid_out = nested_members({"Slide": np.array([], dtype=np.int64)}, TREE)

    assert laid_out == [Aisle("Shoes", 0, (Aisle("Sandal", 0, (Aisle("Slide", 0),)),))]
