"""Real pictures of what is no garment, to fit a rejection on and to judge it by."""

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from platformdirs import user_cache_dir

from embeddings.decoding.cropping import crop
from embeddings.errors import DatasetUnavailable
from embeddings.limits import PhotoLimits
from embeddings.photos.photo import open_photo
from embeddings.types import Photo, Pixels
from training.others.drawn import FIT_KINDS, HELD_OUT_KINDS, Rng, draw_surface
from training.others.gather import SUFFIXES
from training.others.sources import SOURCES, Source, kinds

FOLDER_SETTING = "LOOKALIKE_OTHER_THINGS"
USEFUL_SIDE = 448  # of a picture as it is shown; wallpapers are ten times as large
LIMITS = PhotoLimits(max_bytes=64 * 1024 * 1024)
ON_A_SURFACE = 0.3  # share of the cut-out pictures that are not shown on white
SENT_ON = 0.5  # share of the pictures that are shown small and packed once more
SENT_SIDE, SENT_QUALITY = 256, (70, 95)
DRAWN = {**FIT_KINDS, **HELD_OUT_KINDS}


@dataclass(frozen=True, slots=True)
class OtherThing:
    """One picture of what is no garment."""

    path: Path
    source: Source


def load_other_things(folder: Path | None = None) -> list[OtherThing]:
    """List every picture, in the order of the sources.

    Raises:
        DatasetUnavailable: the pictures of a source are not there.
    """
    home = folder or default_folder()
    things = []
    missing = set()
    for source in SOURCES:
        place = home / source.name
        files = sorted(path for path in place.glob("*") if path.suffix in SUFFIXES)
        things += [OtherThing(path, source) for path in files]
        if not files:
            missing.add(source.package)
    if missing:
        raise DatasetUnavailable(
            f"pictures of other things are not in {home}, those of the packages "
            f"{', '.join(sorted(missing))}: set {FOLDER_SETTING} to a folder that has them, "
            "or run: lookalike-train fetch other-things"
        )
    return things


def default_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder named by LOOKALIKE_OTHER_THINGS, else the place in the cache."""
    named = (os.environ if environ is None else environ).get(FOLDER_SETTING)
    return Path(named).expanduser() if named else Path(user_cache_dir("lookalike"), "other-things")


def fit_kinds() -> tuple[str, ...]:
    """Name the kinds to fit on: real ones, and drawn ones."""
    return (*kinds(judged=False), *FIT_KINDS)


def judged_kinds() -> tuple[str, ...]:
    """Name the kinds to judge by: real ones, and drawn ones."""
    return (*kinds(judged=True), *HELD_OUT_KINDS)


def other_photos(
    wanted: Sequence[str],
    count: int,
    seed: int,
    *,
    judged: bool,
    things: Sequence[OtherThing] | None = None,
) -> Iterator[tuple[str, Photo]]:
    """Return photos of other things as (kind, photo): up to `count` of each kind wanted.

    A kind's real pictures come in a random order, each once; a drawn kind gives `count`. Pictures
    to fit on and pictures to judge by are apart: `judged` says which side is asked.

    Raises:
        ValueError: a kind is not on that side.
        DatasetUnavailable: the pictures are not there.
    """
    known = judged_kinds() if judged else fit_kinds()
    if strange := [kind for kind in wanted if kind not in known]:
        raise ValueError(f"a kind is one of {', '.join(known)}; got {', '.join(strange)}")
    for kind in wanted:
        rng = np.random.default_rng((seed, judged, *kind.encode()))
        if kind in DRAWN:
            for _ in range(count):
                yield kind, Photo(DRAWN[kind](rng))
            continue
        pool = list(things) if things is not None else list(_loaded(default_folder()))
        pool = [each for each in pool if each.source.kind == kind and each.source.judged == judged]
        for index in rng.permutation(len(pool))[:count]:
            yield kind, show(pool[index], rng)


def show(thing: OtherThing, rng: Rng) -> Photo:
    """Read a picture the safe way; what is cut out lies on white or, at times, on a surface."""
    content = thing.path.read_bytes()
    photo = open_photo(content, LIMITS, USEFUL_SIDE)
    if thing.source.box:
        photo = crop(photo, thing.source.box)
    elif rng.random() < ON_A_SURFACE:
        photo = _on_a_surface(photo, content, rng)
    return _as_sent_on(photo, rng) if rng.random() < SENT_ON else photo


def _as_sent_on(photo: Photo, rng: Rng) -> Photo:
    """Shrink and pack a picture as a messenger does, and as data sets of garments are packed.

    Else a fit could tell crisp pictures from packed ones, not other things from garments.
    """
    image = Image.fromarray(photo.pixels)
    scale = min(1.0, SENT_SIDE / min(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    packed = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(
        packed, "JPEG", quality=int(rng.integers(*SENT_QUALITY))
    )
    return open_photo(packed.getvalue())


def _on_a_surface(photo: Photo, content: bytes, rng: Rng) -> Photo:
    """Put what is cut out on a table's or a wall's colour; a whole picture stays as it is."""
    # `open_photo` has found these bytes to be a picture of bearable size.
    with Image.open(io.BytesIO(content)) as image:
        if image.mode not in ("RGBA", "LA"):
            return photo
        alpha = image.getchannel("A").resize(photo.pixels.shape[1::-1], Image.Resampling.BOX)
    cover = np.asarray(alpha, dtype=np.float32)[..., np.newaxis] / 255
    ground = Image.fromarray(draw_surface(rng)).resize(photo.pixels.shape[1::-1])
    # On white a pixel is `cover * colour + (1 - cover) * 255`: the white is taken out again.
    colours = photo.pixels - (1 - cover) * 255 + (1 - cover) * np.asarray(ground, dtype=np.float32)
    laid: Pixels = np.clip(colours, 0, 255).astype(np.uint8)
    return Photo(np.ascontiguousarray(laid))


@cache
def _loaded(home: Path) -> tuple[OtherThing, ...]:
    return tuple(load_other_things(home))
