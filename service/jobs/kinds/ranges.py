"""A growing set of numbers that mostly follow each other, small however many they are."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence


class Ranges:
    """Numbers from 0, held as pairs of first and last."""

    def __init__(self, pairs: Iterable[Sequence[int]] = ()) -> None:
        """Begin with the pairs that `pairs` once gave."""
        self._pairs = sorted((int(first), int(last)) for first, last in pairs)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The first and the last number of each stretch without a gap, in order."""
        return list(self._pairs)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._pairs, (number, 1 << 62)) - 1
        return at >= 0 and number <= self._pairs[at][1]

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._pairs)

    def add(self, numbers: Iterable[int]) -> None:
        """Add numbers, in any order; those that are there already stay."""
        for number in sorted(set(numbers)):
            if number not in self:
                self._add(number)

    def _add(self, number: int) -> None:
        at = bisect_right(self._pairs, (number, 1 << 62))
        first = last = number
        if at < len(self._pairs) and self._pairs[at][0] == number + 1:
            last = self._pairs.pop(at)[1]
        if at > 0 and self._pairs[at - 1][1] == number - 1:
            first = self._pairs.pop(at - 1)[0]
        insort(self._pairs, (first, last))
