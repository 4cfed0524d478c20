"""A set of numbers that mostly follow each other."""

from hypothesis import given
from hypothesis import strategies as st

from service.jobs.kinds.ranges import Ranges


def test_numbers_that_follow_each_other_are_one_pair():
    ranges = Ranges()

    ranges.add([3, 1, 2])
    ranges.add([5])
    ranges.add([4])

    assert ranges.pairs == [(1, 5)]


@given(st.lists(st.lists(st.integers(0, 60))))
def test_what_was_added_is_in_it_and_nothing_else(steps):
    ranges = Ranges()

    for numbers in steps:
        ranges.add(numbers)
        ranges = Ranges(ranges.pairs)

    added = {number for numbers in steps for number in numbers}
    assert {number for number in range(62) if number in ranges} == added
    assert len(ranges) == len(added)
    assert all(
        after > before + 1
        for (_, before), (after, _) in zip(ranges.pairs, ranges.pairs[1:], strict=False)
    )
