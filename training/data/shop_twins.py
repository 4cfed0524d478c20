"""Files that are there more than once: one picture must not be on both sides of a split."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from training.data.photo_file import PhotoFile, digest_of, size_of


def twins(paths: Iterable[PhotoFile]) -> Iterator[list[int]]:
    """Return the numbers of paths whose files are the same byte by byte, two or more at a time."""
    by_size: dict[int, list[tuple[int, PhotoFile]]] = defaultdict(list)
    for number, path in enumerate(paths):
        by_size[size_of(path)].append((number, path))
    for size, found in by_size.items():
        if len(found) < 2 or not size:
            continue
        by_digest: dict[bytes, list[int]] = defaultdict(list)
        for number, path in found:
            with suppress(OSError):  # whoever frames it says that it cannot be read
                by_digest[digest_of(path)].append(number)
        yield from (same for same in by_digest.values() if len(same) > 1)


def joined(groups: Sequence[str], same: Iterable[Sequence[int]]) -> list[str]:
    """Make one group of all groups that share a picture; it is called as the first of them."""
    parent: dict[str, str] = {}

    def root(group: str) -> str:
        while (above := parent.get(group, group)) != group:
            group = above
        return group

    for numbers in same:
        first = root(groups[numbers[0]])
        for number in numbers[1:]:
            if (other := root(groups[number])) != first:
                parent[other] = first
    return [root(group) for group in groups]
