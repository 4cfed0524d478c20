"""Trains a bundle's network on a shop's own photos, from their files to what a bundle needs."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from embeddings.bundle import Bundle, InputSpec
from training.bundle.photo_origin import PhotoOrigin, a_shops_own, bundle_start
from training.data.framed import FramedPhotos, frame_photos
from training.data.shop_photos import ShopPhoto
from training.errors import BadRun
from training.fit.history import write_history
from training.networks.stored import as_served, save_network
from training.onnx.served import reader_of, reader_of_network
from training.others.sets import Others, drawn_others
from training.recipes.shop.config import (
    ShopConfig,
    is_shop_run,
    read_shop_config,
    write_shop_config,
)
from training.recipes.shop.judging import Seen, judge
from training.recipes.shop.result import (
    PROBE_FILE,
    RESULT_FILE,
    ShopResult,
    read_result,
    write_result,
)
from training.recipes.shop.sides import Sides, first_epoch, held_out_loss, with_mean_directions
from training.recipes.shop.start import load_start
from training.recipes.shop.training import ShopData, train

OTHERS_PER_KIND = 60
PROBE = 8  # photos on which the exported network must answer as the trained one
_FRAMED = "framed"

Tell = Callable[[str, int, int, str], None]
OthersOf = Callable[[InputSpec, int], Others]


def fit_shop(
    photos: Sequence[ShopPhoto],
    start: Bundle,
    config: ShopConfig,
    folder: Path,
    *,
    source: str,
    command: str,
    tell: Tell,
    resume: bool = False,
    others_of: OthersOf = drawn_others,
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
    framed = _framed(photos, start.input, folder, tell)
    write_shop_config(config, folder)
    tell("before training", 0, 1, "reading with the starting bundle")
    still = reader_of(start)(framed.exact)
    tell("before training", 1, 1, "done")
    model, told = with_mean_directions(network, shop, still.embeddings)
    before = seen = shop.seen(told)
    notes = []
    if config.quick:
        notes.append("Nothing was trained: each category is the mean direction of its photos.")
        write_history([first_epoch(before)], folder)
    else:
        data = ShopData(
            framed.roomy,
            shop.rows,
            shop.of_rows,
            framed.exact[shop.held],
            shop.of_held,
            len(shop.labels),
        )
        train(
            model,
            data,
            config,
            folder,
            first_epoch(before),
            lambda done, total, text: tell("training", done, total, text),
        )
        model, seen, renewed = _best_head(model, start, shop, framed)
        if renewed:
            notes.append("After training each category is the mean direction of its photos.")
    read = reader_of_network(model, start, shop.labels)
    tell("judging", 0, 1, "reading what is no garment")
    judgement = judge(
        seen,
        before,
        read,
        (framed.exact[shop.held], framed.roomy[shop.held]),
        others_of(start.input, others_per_kind),
        len(shop.labels),
        config.seed,
    )
    tell("judging", 1, 1, "done")
    origin = PhotoOrigin(
        data=a_shops_own(source, len(photos), len(shop.labels)),
        start=bundle_start(start),
        command=command,
        seed=config.seed,
        config=asdict(config),
        fitted_on=len(shop.rows),
        held_out=len(shop.held),
        notes=(*notes, *_unjudged(shop)),
    )
    result = ShopResult(shop.labels, start.input, origin, judgement)
    _keep(result, model, framed, shop, folder)
    return result


def _is_over(folder: Path, config: ShopConfig, resume: bool) -> bool:
    """Say whether there is nothing left to do; else the folder is there to be worked in."""
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


def _framed(photos: Sequence[ShopPhoto], spec: InputSpec, folder: Path, tell: Tell) -> FramedPhotos:
    try:
        return frame_photos(
            [photo.path for photo in photos],
            spec,
            folder / _FRAMED,
            lambda done, total, text: tell("photos", done, total, text),
        )
    except BaseException:
        shutil.rmtree(folder / _FRAMED, ignore_errors=True)
        raise


def _best_head(
    model: keras.Model, start: Bundle, shop: Sides, framed: FramedPhotos
) -> tuple[keras.Model, Seen, bool]:
    """Choose between the trained directions of the categories and the means of their photos.

    Photos that were trained on lie nearer to their direction than others will; the mean, which
    nothing was fitted to, is often the better guess. The held-out photos decide.
    """
    told = reader_of_network(model, start, shop.labels)(framed.exact)
    trained = shop.seen(told)
    other, other_told = with_mean_directions(model, shop, told.embeddings)
    renewed = shop.seen(other_told)
    if held_out_loss(renewed) < held_out_loss(trained):
        return other, renewed, True
    return model, trained, False


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
