"""What the network sees in the pictures of words that a shop's categories do not have yet."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import BadRow
from embeddings.errors import UnreadablePhoto
from embeddings.photos.photo import open_photo
from embeddings.photos.stored_form import LONGEST_SIDE
from service.importing.opening import Opened
from service.importing.surveying import Said
from service.wiring import Services

PATIENCE_S = 1.5  # a page waits for it
_AT_ONCE = 4  # pictures of a word: searches take turns with these

Seen = Mapping[str, Sequence[str]]
"""What the network called each of the first pictures of a word; empty: it could not be read."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What most of a word's pictures look like."""

    label: str  # the model's
    pictures: int  # of these
    of: int  # pictures that could be read

    @property
    def agrees(self) -> bool:
        """Whether they are enough, and enough of them, to say so."""
        return self.of >= 3 and self.pictures >= 0.6 * self.of


def looks_of(seen: Sequence[str]) -> Looks | None:
    """Return what most of a word's pictures look like; None where none could be read."""
    named = Counter(filter(None, seen))
    if not named:
        return None
    label, pictures = named.most_common(1)[0]
    return Looks(label, pictures, named.total())


def see_some(
    source: Opened,
    words: Mapping[str, Said],
    seen: Seen,
    *,
    services: Services,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, list[str]]:
    """Look at pictures of words, some of each in turn, for as long as a page waits.

    Goes on behind those `seen` before, and gives those, too.
    """
    end = clock() + PATIENCE_S
    found = {word: list(seen.get(word, ())) for word in words}
    while clock() < end:
        left = [word for word in words if len(found[word]) < len(words[word].pictures)]
        if not left:
            break
        word = min(left, key=lambda word: len(found[word]))
        first = len(found[word])
        found[word] += _see(source, words[word].pictures[first : first + _AT_ONCE], services)
    return found


def _see(source: Opened, names: Sequence[str], services: Services) -> list[str]:
    """Name what each picture looks like; empty where it cannot be read."""
    encoder, limits = services.encoder, services.settings.photo_limits
    photos, places = [], []
    for place, name in enumerate(names):
        try:
            photos.append(open_photo(source.read(name), limits, LONGEST_SIDE))
        except (BadRow, UnreadablePhoto):
            continue
        places.append(place)
    labels = [""] * len(names)
    for place, reading in zip(places, encoder.read(photos), strict=True):
        labels[place] = encoder.labels[int(reading.probabilities.argmax())]
    return labels
