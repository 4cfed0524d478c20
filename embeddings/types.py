"""The values that flow through this package, and two of the seams where a part can be exchanged.

The third is `embeddings.search.vector_index`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]
Pixels: TypeAlias = npt.NDArray[np.uint8]
Ids: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a store keeps of a photo."""

    data: bytes
    suffix: str  # of its name, such as `.jpg`


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One decoded picture: upright, sRGB, alpha laid on white, without metadata."""

    pixels: Pixels  # (height, width, 3)
    file: StoredFile | None = None  # a store's own, from which just these pixels come


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the network says of one photo."""

    logits: Vectors  # (labels,), as the network gave them
    probabilities: Vectors  # (labels,), calibrated, sums to 1
    embedding: Vectors  # (dim,), length 1
    colours: Vectors | None = None  # (colours,), calibrated, sums to 1; None: it tells no colour


class Neighbor(NamedTuple):
    """A photo in the index and its likeness to the one asked about."""

    id: int
    cosine: float  # -1..1, 1 is the same embedding


class Encoder(Protocol):
    """Anything that can read photos; the tests use one without a network."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories, in the order of a reading's probabilities."""
        ...

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that it tells, in the order of a reading's; empty where it tells none."""
        ...

    @property
    def fingerprint(self) -> str:
        """What tells this model's readings from any other's (hexadecimal SHA-256)."""
        ...

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        ...

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Read a batch of photos, in order; an empty batch gives an empty list."""
        ...


class PhotoStore(Protocol):
    """Pictures under the SHA-256 of their stored bytes; storing one twice keeps one.

    What is given out is always the picture of the digest: one whose bytes were changed counts as
    missing until it is stored again.
    """

    @property
    def longest_side(self) -> int:
        """The most pixels a side that it keeps; larger pictures are shrunk."""
        ...

    def prepare(self, photo: Photo) -> Photo:
        """Return a photo as it comes back from the store, with its file; nothing is kept yet.

        What a network reads in that is what it reads in the stored picture at any later time.
        """
        ...

    def put(self, photo: Photo) -> str:
        """Store a photo and give its digest; what was there under it stays as it is."""
        ...

    def keep(self, file: StoredFile) -> str:
        """Store what `read_file` gave, here or elsewhere, and give its digest."""
        ...

    def read_file(self, digest: str) -> StoredFile:
        """Return the stored file with its ending. Raises: MissingPhoto."""
        ...

    def read_bytes(self, digest: str) -> bytes:
        """Return the stored file. Raises: MissingPhoto, also where its bytes were changed."""
        ...

    def media_type(self, digest: str) -> str:
        """Return the stored file's media type, such as `image/png`. Raises: MissingPhoto."""
        ...

    def local_path(self, digest: str) -> Path | None:
        """Return where the file lies, if it does on this machine's disk. Raises: MissingPhoto.

        It may be read for as long as it is wanted: no file is changed once it has its name.
        """
        ...

    def stamp(self, digest: str) -> tuple[int, int]:
        """Return what is another once the stored file is. Raises: MissingPhoto."""
        ...

    def open(self, digest: str) -> Photo:
        """Decode a stored photo. Raises: MissingPhoto, also where its bytes were changed."""
        ...

    def verify(self, digest: str) -> bool:
        """Return whether the stored bytes are still those of the digest. Raises: MissingPhoto."""
        ...

    def __contains__(self, digest: str) -> bool: ...

    def digests(self) -> Iterator[str]:
        """Every digest held, in no order."""
        ...

    def remove(self, digests: Iterable[str]) -> None:
        """Delete these pictures; unknown digests are ignored."""
        ...

    def set_aside(self, digests: Iterable[str], folder: Path) -> None:
        """Move the files of these pictures, whole or not, to a folder; unknown ones are ignored.

        What was set aside there before stays.
        """
        ...

    def unfinished(self) -> Iterator[str]:
        """Name every file that a killed process began and that nobody will finish."""
        ...

    def discard(self, names: Iterable[str]) -> None:
        """Delete unfinished files, by the names that `unfinished` gave; others are ignored."""
        ...
