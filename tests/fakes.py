"""Real, small stand-ins for two of the seams: each can be worked out by hand from this page.

That of an index is `tests.oracle`.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from embeddings.errors import MissingPhoto
from embeddings.types import Photo, Reading, StoredFile, Vectors

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

    labels: tuple[str, ...] = ("red", "green", "blue")
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


class InterruptedEncoder(MeanColourEncoder):
    """Reads mean colours, and lets `meanwhile` happen once, before the next picture."""

    def __init__(self, name: str = "mean colour", colours: tuple[str, ...] = ()) -> None:
        super().__init__(name, colours)
        self.meanwhile: Callable[[], object] | None = None

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Let it happen, then read a batch of photos."""
        act = self.meanwhile
        if photos and act is not None:
            self.meanwhile = None
            act()
        return super().read(photos)


def _shares(strengths: Sequence[float]) -> Vectors:
    odds = np.exp((np.array(strengths, dtype=np.float32) - max(strengths)) / 10)
    return np.asarray(odds / odds.sum(), dtype=np.float32)


class BrightnessEncoder(MeanColourEncoder):
    """Reads only how bright a photo is: its labels and its dimension are its own."""

    labels = ("light", "dark")
    dim = 2

    def __init__(self) -> None:
        super().__init__("brightness")

    def _read(self, photo: Photo) -> Reading:
        light = float(photo.pixels.mean()) / 255
        embedding = np.array([light, 1 - light], dtype=np.float32)
        share = np.array([light, 1 - light], dtype=np.float32)
        return Reading(share, share, embedding / np.linalg.norm(embedding))


class MemoryPhotoStore:
    """Keeps pictures in a dictionary, as PNG unless they came as something else."""

    longest_side = 100_000

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def prepare(self, photo: Photo) -> Photo:
        """Give a photo as it comes back from here, with its file: PNG is exact."""
        return Photo(photo.pixels, StoredFile(image_bytes(photo), ".png"))

    def put(self, photo: Photo) -> str:
        """Store a photo and give its digest; what was there under it stays as it is."""
        return self.keep(photo.file or StoredFile(image_bytes(photo), ".png"))

    def keep(self, file: StoredFile) -> str:
        """Store what `read_file` gave, here or elsewhere, and give its digest."""
        if file.suffix not in (".png", ".jpg"):
            raise ValueError(f"a stored file is .png or .jpg, got '{file.suffix}'")
        digest = hashlib.sha256(file.data).hexdigest()
        self._files[digest] = file
        return digest

    def read_file(self, digest: str) -> StoredFile:
        """Give the stored file with its ending."""
        if not self.verify(digest):
            raise MissingPhoto(f"the picture stored under '{digest}' was damaged")
        return self._files[digest]

    def read_bytes(self, digest: str) -> bytes:
        """Give the stored file."""
        return self.read_file(digest).data

    def local_path(self, digest: str) -> None:
        self.read_bytes(digest)

    def media_type(self, digest: str) -> str:
        """Give the stored file's media type."""
        return {".png": "image/png", ".jpg": "image/jpeg"}[self._found(digest).suffix]

    def stamp(self, digest: str) -> tuple[int, int]:
        """Give what is another once the stored file is."""
        file = self._found(digest)
        return hash(file.data), len(file.data)

    def open(self, digest: str) -> Photo:
        """Decode a stored photo."""
        with Image.open(io.BytesIO(self.read_bytes(digest))) as image:
            return Photo(np.asarray(image.convert("RGB")))

    def verify(self, digest: str) -> bool:
        """Say whether the stored bytes are still those of the digest."""
        return hashlib.sha256(self._found(digest).data).hexdigest() == digest

    def __contains__(self, digest: str) -> bool:
        return digest in self._files

    def digests(self) -> Iterator[str]:
        """Every digest held, in no order."""
        yield from list(self._files)

    def remove(self, digests: Iterable[str]) -> None:
        """Delete these pictures; unknown digests are ignored."""
        for digest in digests:
            self._files.pop(digest, None)

    def set_aside(self, digests: Iterable[str], folder: Path) -> None:
        """Write these pictures to a folder and forget them; unknown digests are ignored."""
        for digest in digests:
            file = self._files.pop(digest, None)
            if file is not None:
                folder.mkdir(parents=True, exist_ok=True)
                number = len(list(folder.glob(f"{digest}*")))
                (folder / f"{digest}.{number}{file.suffix}").write_bytes(file.data)

    def unfinished(self) -> Iterator[str]:
        """Nothing is ever half stored here."""
        return iter(())

    def discard(self, names: Iterable[str]) -> None:
        """There is nothing to discard."""

    def _found(self, digest: str) -> StoredFile:
        if digest not in self._files:
            raise MissingPhoto(f"no picture is stored under '{digest}'")
        return self._files[digest]
