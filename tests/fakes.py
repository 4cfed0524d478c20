"""Real, small stand-ins for the three seams: each can be worked out by hand from this page."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from embeddings.errors import MissingPhoto
from embeddings.types import Ids, Neighbor, Photo, Reading, StoredFile, Vectors

COLOURS = ("black", "red", "green", "blue")


def plain_photo(colour: tuple[int, int, int] = (200, 30, 30), side: int = 8) -> Photo:
    """Make a square photo of one colour."""
    return Photo(np.full((side, side, 3), colour, dtype=np.uint8))


def image_bytes(photo: Photo, kind: str = "PNG") -> bytes:
    """Encode a photo as a file of this kind (Pillow's name of the format)."""
    file = io.BytesIO()
    Image.fromarray(photo.pixels).save(file, kind)
    return file.getvalue()


def plain_picture(
    colour: tuple[int, int, int] = (200, 30, 30), side: int = 8, kind: str = "PNG"
) -> bytes:
    """Make the file of a square picture of one colour."""
    return image_bytes(plain_photo(colour, side), kind)


class MeanColourEncoder:
    """Reads a photo's mean colour: its strongest channel is the category, its hue the embedding.

    The embedding is (red, green, blue, 32) of the mean colour, scaled to length 1; the fourth
    number keeps black from having no direction. The logits are the mean colour over 25.5.
    With `colours=COLOURS` it tells the colour, too: that of the strongest channel, or black where
    none is of 64 or more.
    """

    labels = ("red", "green", "blue")
    dim = 4

    def __init__(self, name: str = "mean colour", colours: tuple[str, ...] = ()) -> None:
        self.fingerprint = hashlib.sha256(name.encode()).hexdigest()
        self.colours = colours

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Read a batch of photos, in order; an empty batch gives an empty list."""
        return [self._read(photo) for photo in photos]

    def _read(self, photo: Photo) -> Reading:
        mean = photo.pixels.mean(axis=(0, 1))
        logits = mean / 25.5
        odds = np.exp(logits - logits.max())
        embedding = np.append(mean, 32.0)
        return Reading(
            logits=logits.astype(np.float32),
            probabilities=(odds / odds.sum()).astype(np.float32),
            embedding=(embedding / np.linalg.norm(embedding)).astype(np.float32),
            colours=_shares([64.0, *mean]) if self.colours else None,
        )


def _shares(strengths: Sequence[float]) -> Vectors:
    odds = np.exp((np.array(strengths) - max(strengths)) / 10)
    return (odds / odds.sum()).astype(np.float32)


class BrightnessEncoder(MeanColourEncoder):
    """Reads only how bright a photo is: its labels and its dimension are its own."""

    labels = ("light", "dark")
    dim = 2

    def __init__(self):
        super().__init__("brightness")

    def _read(self, photo):
        light = float(photo.pixels.mean()) / 255
        embedding = np.array([light, 1 - light], dtype=np.float32)
        share = np.array([light, 1 - light], dtype=np.float32)
        return Reading(share, share, embedding / np.linalg.norm(embedding))


class ListIndex:
    """Finds the nearest by looking at every vector in turn."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._vectors: dict[int, Vectors] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def ids(self) -> Ids:
        """Every id held, in ascending order."""
        return np.array(sorted(self._vectors), dtype=np.int64)

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors under ids, replacing those already held."""
        if vectors.shape != (len(ids), self.dim) or len(set(ids.tolist())) != len(ids):
            raise ValueError(f"vectors are (ids, {self.dim}) and each id comes once")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ValueError("vectors have length 1")
        self._vectors |= {int(i): v.copy() for i, v in zip(ids, vectors, strict=True)}

    def remove(self, ids: Ids) -> None:
        """Forget these ids; unknown ones are ignored."""
        for id_ in ids.tolist():
            self._vectors.pop(id_, None)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[Neighbor]:
        """Find the `k` nearest, best first, ties by id."""
        if vector.shape != (self.dim,):
            raise ValueError(f"a vector is ({self.dim},), got {vector.shape}")
        wanted = None if allowed is None else set(allowed.tolist())
        found = [
            Neighbor(id_, float(np.clip(held @ vector, -1, 1)))
            for id_, held in self._vectors.items()
            if wanted is None or id_ in wanted
        ]
        return sorted(found, key=lambda each: (-each.cosine, each.id))[:k]

    def save(self, path: Path) -> None:
        """Write the vectors to a file that `load` reads."""
        with path.open("wb") as file:
            vectors = [self._vectors[id_] for id_ in self.ids().tolist()]
            np.savez(file, ids=self.ids(), vectors=np.reshape(vectors, (-1, self.dim)))

    @classmethod
    def load(cls, path: Path) -> "ListIndex":
        """Read what `save` wrote."""
        with np.load(path) as told:
            index = cls(told["vectors"].shape[1])
            index.upsert(told["ids"], told["vectors"].astype(np.float32))
        return index


class MemoryPhotoStore:
    """Keeps pictures in a dictionary, as PNG."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def prepare(self, photo: Photo) -> Photo:
        """Give a photo as it comes back from here, with its file: PNG is exact."""
        return Photo(photo.pixels, StoredFile(image_bytes(photo), ".png"))

    def put(self, photo: Photo) -> str:
        """Store a photo and give its digest; what was there under it stays as it is."""
        return self.keep(photo.file or StoredFile(image_bytes(photo), ".png"))

    def keep(self, file: StoredFile) -> str:
        """Store what `read_file` gave, here or elsewhere, and give its digest."""
        data = file.data
        digest = hashlib.sha256(data).hexdigest()
        self._files.setdefault(digest, data)
        return digest

    def read_file(self, digest: str) -> StoredFile:
        """Give the stored file with its ending."""
        return StoredFile(self.read_bytes(digest), ".png")

    def read_bytes(self, digest: str) -> bytes:
        """Give the stored file."""
        if digest not in self._files:
            raise MissingPhoto(f"no picture is stored under '{digest}'")
        return self._files[digest]

    def media_type(self, digest: str) -> str:
        """Give the stored file's media type."""
        self.read_bytes(digest)
        return "image/png"

    def stamp(self, digest: str) -> tuple[int, int]:
        """Give what is another once the stored file is; here it never is."""
        return 0, len(self.read_bytes(digest))

    def open(self, digest: str) -> Photo:
        """Decode a stored photo."""
        with Image.open(io.BytesIO(self.read_bytes(digest))) as image:
            return Photo(np.asarray(image.convert("RGB")))

    def __contains__(self, digest: str) -> bool:
        return digest in self._files

    def digests(self) -> Iterator[str]:
        """Every digest held, in no order."""
        yield from list(self._files)

    def remove(self, digests: Iterable[str]) -> None:
        """Delete these pictures; unknown digests are ignored."""
        for digest in digests:
            self._files.pop(digest, None)
