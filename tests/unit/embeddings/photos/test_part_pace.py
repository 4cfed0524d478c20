"""How many pictures make a part, by a clock that stands still until it is told."""

import pytest

from embeddings.photos.part_pace import PartPace


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def after(decode_s, read_s):
    """Give the pace after a part whose pictures took so long each."""
    clock = Clock()
    pace = PartPace(clock)
    clock.now = 10 * decode_s
    pace.decoded(10, 0.0)
    clock.now += 10 * read_s
    pace.read(10, clock.now - 10 * read_s)
    return pace


def test_the_first_part_is_small():
    assert PartPace().items == 8


@pytest.mark.parametrize(
    ("decode_s", "read_s", "items"), [(0.0, 0.0, 64), (0.01, 0.03, 25), (0.02, 0.4, 4)]
)
def test_a_part_takes_a_second_or_as_many_pictures_as_a_network_wants(decode_s, read_s, items):
    assert after(decode_s, read_s).items == items
