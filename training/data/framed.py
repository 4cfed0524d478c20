"""A shop's photos framed for a network, kept on disk so that any number of them fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from embeddings.errors import UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.model.bundle import InputSpec
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from embeddings.types import Pixels
from training.data.photo_file import PhotoFile
from training.errors import BadData
from training.progress import Progress

LIMITS = PhotoLimits(max_bytes=64 * 2**20, max_pixels=120_000_000)  # a shop's own cameras'
ROOM = 8 / 7  # a view that is moved or turned is then cut from a picture that is larger than it
_NAMED = 5  # photos that an error lists


def photo_spec(height: int, width: int) -> InputSpec:
    """Return the input of a photo network of this size: framed for training as for serving."""
    return InputSpec(height=height, width=width, channels=3, framing="square-colour")


def with_room(spec: InputSpec) -> InputSpec:
    """Return the larger size that views are cut from, so that what is moved is resampled once."""
    return replace(spec, height=round(spec.height * ROOM), width=round(spec.width * ROOM))


@dataclass(frozen=True, slots=True, eq=False)
class FramedPhotos:
    """The same photos twice, as `embeddings.reading.framing` frames them for serving."""

    exact: Pixels  # (n, height, width, 3), what the network reads when it serves
    roomy: Pixels  # (n, height * ROOM, width * ROOM, 3), what views to train on are cut from


def frame_photos(
    paths: Sequence[PhotoFile],
    spec: InputSpec,
    folder: Path,
    progress: Progress,
) -> FramedPhotos:
    """Decode and frame every photo into two files in `folder`, which the arrays stay tied to.

    Raises:
        BadData: photos cannot be read; it names the first of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    larger = with_room(spec)
    exact, roomy = (
        np.lib.format.open_memmap(
            folder / f"{name}.npy", "w+", np.uint8, (len(paths), each.height, each.width, 3)
        )
        for name, each in (("exact", spec), ("roomy", larger))
    )
    bad = []
    for number, path in enumerate(paths):
        try:
            photo = open_photo(path.read_bytes(), LIMITS)
        except (OSError, UnreadablePhoto) as error:
            bad.append(f"{path}: {error}")
            continue
        exact[number], roomy[number] = frame(photo, spec), frame(photo, larger)
        progress(number + 1, len(paths), "reading")
    if bad:
        more = f" (and {len(bad) - _NAMED} more)" if len(bad) > _NAMED else ""
        raise BadData(f"every photo must be readable. {'; '.join(bad[:_NAMED])}{more}")
    return FramedPhotos(exact, roomy)
