"""Teaches a bundle's network a shop's own categories, from photos to what a bundle needs."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from embeddings.model.bundle import Bundle, InputSpec
from embeddings.model.options import Options
from training.bundle.photo_origin import PhotoOrigin, a_shops_own, bundle_start
from training.data.framed import FramedPhotos, frame_photos
from training.data.shop_photos import ShopPhoto
from training.errors import BadRun
from training.networks.stored import as_served, save_network
from training.onnx.served import reader_of
from training.progress import Bars
from training.recipes.shop.config import (
    ShopConfig,
    is_shop_run,
    read_shop_config,
    write_shop_config,
)
from training.recipes.shop.result import (
    PROBE_FILE,
    RESULT_FILE,
    ShopResult,
    read_result,
    write_result,
)
from training.recipes.shop.sides import Sides
from training.recipes.shop.start import keeps_embedding, load_start
from training.recipes.shop.still import learn_still
from training.recipes.shop.tuned import learn_tuned
from training.recipes.shop.ways import Lesson

OTHERS_PER_KIND = 60
PROBE = 8  # photos on which the exported network must answer as the trained one
_FRAMED = "framed"


def fit_shop(
    photos: Sequence[ShopPhoto],
    start: Bundle,
    config: ShopConfig,
    folder: Path,
    *,
    source: str,
    command: str,
    bars: Bars,
    resume: bool = False,
    others_per_kind: int = OTHERS_PER_KIND,
) -> ShopResult:
    """Train on the photos and leave everything that a bundle needs in `folder`.

    `source` says where the photos come from, for the card. An interrupted training goes on with
    `resume`, exactly; a finished one gives what it gave.

    Raises:
        BadRun: the folder holds a run already, or one of other photos or settings; or the start
            is no network to train on from.
        BadData: a photo cannot be read, or nothing can be held out.
    """
    if _is_over(folder, config, resume):
        return read_result(folder)
    network = load_start(start)
    shop = Sides.of(photos, config)
    framed = _framed(photos, start.input, folder, bars)
    write_shop_config(config, folder)
    bars("before training")(0, 1, "reading with the starting bundle")
    read = reader_of(start)(framed.exact)
    bars("before training")(1, 1, "done")
    learn = learn_still if keeps_embedding(start) else learn_tuned
    learned = learn(
        Lesson(network, start, shop, framed, read, config, folder, others_per_kind, bars)
    )
    origin = PhotoOrigin(
        data=a_shops_own(source, len(photos), len(shop.labels)),
        start=bundle_start(start),
        command=command,
        seed=config.seed,
        config=asdict(config),
        fitted_on=len(shop.rows),
        held_out=len(shop.held),
        notes=(*learned.notes, *_unjudged(shop)),
    )
    options = Options(
        colours=start.colours,
        colour_temperature=start.colour_temperature,
        tree={},  # a shop's categories are of one depth
        halves=dict(start.halves),
    )
    result = ShopResult(shop.labels, start.input, origin, learned.judgement, options)
    _keep(result, learned.network, framed, shop, folder)
    return result


def _is_over(folder: Path, config: ShopConfig, resume: bool) -> bool:
    """Return whether there is nothing left to do; else the folder is there to be worked in."""
    folder.mkdir(parents=True, exist_ok=True)
    # What was framed for a training that never began is no run.
    if {path.name for path in folder.iterdir()} <= {_FRAMED}:
        return False
    if not is_shop_run(folder):
        raise BadRun(f"{folder} is not empty, and holds no training on own photos")
    if not resume:
        raise BadRun(f"{folder} holds a run already: resume it, or choose another folder")
    if read_shop_config(folder) != config:
        raise BadRun(f"{folder} holds a run of other photos or settings than asked for")
    return (folder / RESULT_FILE).is_file()


def _framed(photos: Sequence[ShopPhoto], spec: InputSpec, folder: Path, bars: Bars) -> FramedPhotos:
    try:
        return frame_photos(
            [photo.path for photo in photos],
            spec,
            folder / _FRAMED,
            bars("photos"),
        )
    except BaseException:
        shutil.rmtree(folder / _FRAMED, ignore_errors=True)
        raise


def _unjudged(shop: Sides) -> list[str]:
    missing = [label for number, label in enumerate(shop.labels) if number not in shop.of_held]
    if not missing:
        return []
    return [
        f"No photo was held out of {', '.join(missing)}: their photos are of too few groups, so "
        "no figure says anything of them."
    ]


def _keep(
    result: ShopResult, model: keras.Model, framed: FramedPhotos, shop: Sides, folder: Path
) -> None:
    """Write what lasts, and delete what was only needed on the way."""
    save_network(as_served(model, result.spec.height, result.spec.width), folder)
    np.save(folder / PROBE_FILE, framed.exact[shop.held[:PROBE]])
    write_result(result, folder)
    shutil.rmtree(folder / _FRAMED, ignore_errors=True)
    (folder / "checkpoint.npz").unlink(missing_ok=True)
