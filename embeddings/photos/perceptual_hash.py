"""A hash of what a picture shows, by which the same picture is known however it was saved anew.

Signs of the lowest frequencies of the grey picture, as pHash has them (Zauner 2010, "Implementation
and Benchmarking of Perceptual Image Hash Functions"): of the whole picture, which survives other
compression, size, brightness and mirroring, and of the picture without its even margins, which
survives a border as well. A coarse grid of colours beside it tells a garment in another colour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from embeddings.types import Photo, Pixels

VERSION = 1  # of what the bytes mean; those of another are worked out anew
HASH_BITS = 256
HASH_BYTES = HASH_BITS // 8
GRID = 4  # cells a side
_FREQUENCIES = 16  # each way
_SIDE = 64  # pixels that frequencies are worked out of
_LOOKED_AT = 128  # pixels a side, and up to twice as many, are looked at
_EVEN = 24  # levels by which a margin may differ from its colour
_MOST_UNEVEN = 0.15  # of the edge's pixels
_LEAST_LEFT = 12  # pixels a side; below it the margins are the picture
_PLAIN = 1.5  # levels of deviation below which there is nothing to know a picture by
_GRID_BYTES = GRID * GRID * 3


@dataclass(frozen=True, slots=True, eq=False)
class PerceptualHash:
    """What a picture is known by."""

    whole: Pixels  # (32,), bits
    within: Pixels  # (32,), bits of the picture without its margins
    colours: Pixels  # (4, 4, 3), mean colours without the margins

    def to_bytes(self) -> bytes:
        """Return it as a row holds it."""
        return bytes([VERSION]) + b"".join(
            part.tobytes() for part in (self.whole, self.within, self.colours)
        )


def perceptual_hash(photo: Photo) -> PerceptualHash | None:
    """Return a picture's hash; None of one that is plain, which any other plain one would equal."""
    image = _reduced(photo)
    grey = _of_side(image.convert("L"), _SIDE)
    if grey.std() < _PLAIN:
        return None
    inner = Image.fromarray(_without_margins(np.asarray(image)))
    return PerceptualHash(
        whole=_signs(grey),
        within=_signs(_of_side(inner.convert("L"), _SIDE)),
        colours=np.asarray(inner.resize((GRID, GRID), Image.Resampling.BOX)),
    )


def hash_bytes(photo: Photo) -> bytes:
    """Return what a row holds of a picture's hash: of a plain one that it has been looked at."""
    found = perceptual_hash(photo)
    return bytes([VERSION]) if found is None else found.to_bytes()


def is_present(data: bytes | None) -> bool:
    """Return whether a row's bytes are a hash of this version, or say that there is none."""
    return bool(data) and data is not None and data[0] == VERSION


def hash_of(data: bytes | None) -> PerceptualHash | None:
    """Read what `hash_bytes` gave; None of a plain picture, and of what is something else."""
    if data is None or len(data) != 1 + 2 * HASH_BYTES + _GRID_BYTES or data[0] != VERSION:
        return None
    values = np.frombuffer(data, dtype=np.uint8, offset=1)
    return PerceptualHash(
        whole=values[:HASH_BYTES],
        within=values[HASH_BYTES : 2 * HASH_BYTES],
        colours=values[2 * HASH_BYTES :].reshape(GRID, GRID, 3),
    )


def mirrored(bits: Pixels) -> Pixels:
    """Return the hashes `(..., 32)` of the mirrored pictures: odd waves across change their sign.

    A wave that is not there at all has no sign to change, so this is right to within a few bits.
    """
    return bits ^ _ACROSS


def bits_apart(one: Pixels, other: Pixels) -> int:
    """Count the bits by which two hashes `(32,)` differ."""
    return int(np.bitwise_count(one ^ other).sum())


def colours_apart(one: Pixels, other: Pixels) -> float:
    """Return how far two grids of colours `(4, 4, 3)` are apart, 0 to 255, however bright each is.

    Their middles are compared, where the garment is; the ground may be another. The brighter one is
    darkened to the other before, and the channel that differs most counts.
    """
    first, second = (grid[1:3, 1:3].astype(np.float32).mean(axis=(0, 1)) for grid in (one, other))
    means = first.mean() + 1, second.mean() + 1
    scaled = first * (min(means) / means[0]) - second * (min(means) / means[1])
    return float(np.abs(scaled).max())


def _reduced(photo: Photo) -> Image.Image:
    """Shrink a picture by a whole number, which takes a tenth of the time that others take."""
    image = Image.fromarray(photo.pixels)
    return image.reduce(max(1, max(image.size) // _LOOKED_AT))


def _of_side(image: Image.Image, side: int) -> npt.NDArray[np.float32]:
    """Return a grey picture as `(side, side)` levels, whatever its shape was."""
    way = Image.Resampling.BOX if min(image.size) >= side else Image.Resampling.BILINEAR
    return np.asarray(image.resize((side, side), way), dtype=np.float32)


def _signs(grey: npt.NDArray[np.float32]) -> Pixels:
    waves = _WAVES @ grey @ _WAVES.T  # (frequencies down, frequencies across)
    waves[0, 0] = 0  # the mean says how bright a picture is, and is always positive
    return np.packbits(waves.ravel() > 0)


def _without_margins(pixels: Pixels) -> Pixels:
    """Cut margins of one colour away: first a border, then the ground that it may have framed."""
    for _ in range(2):
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        colour = np.median(edge, axis=0).astype(np.int16)
        if _differs(edge, colour).mean() > _MOST_UNEVEN:
            break
        differs = _differs(pixels, colour)
        rows = np.flatnonzero(np.count_nonzero(differs, axis=1) >= 2)  # one pixel alone is noise
        columns = np.flatnonzero(np.count_nonzero(differs, axis=0) >= 2)
        if min(len(rows), len(columns)) == 0:
            break
        inner = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        if min(inner.shape[:2]) < _LEAST_LEFT or inner.shape == pixels.shape:
            break
        pixels = inner
    return np.ascontiguousarray(pixels)


def _differs(pixels: Pixels, colour: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Return which pixels are not of about a colour; a channel at a time, which is far quicker."""
    differs = np.zeros(pixels.shape[:-1], dtype=np.bool_)
    for channel, level in enumerate(colour.tolist()):
        values = pixels[..., channel]
        differs |= (values < max(0, level - _EVEN)) | (values > min(255, level + _EVEN))
    return differs


def _cosines() -> npt.NDArray[np.float32]:
    """Return the discrete cosine transform's lowest rows `(frequencies, side)`."""
    places = (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
    return np.cos(np.arange(_FREQUENCIES)[:, None] * places).astype(np.float32)


_WAVES = _cosines()
_ACROSS: Pixels = np.packbits(np.tile(np.arange(_FREQUENCIES) % 2, _FREQUENCIES).astype(np.uint8))
