"""The runs behind the photo bundle: one network a fold of senders, and the one that ships."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.datasets.fashion_mnist import Part
from embeddings.types import Ids
from training.data.folds import group_folds
from training.data.framed import photo_spec, with_room
from training.data.photo_data import Album, frame_all
from training.data.studio_articles import has_category, shares, show
from training.errors import BadRun
from training.fit.fine_tune import FineTuneConfig, build
from training.fit.photo_fit import PhotoSet, fit_photos
from training.networks.convert_lite import load_published
from training.networks.efficientnet_lite import LITES
from training.networks.stored import WEIGHTS_FILE, as_served, load_network, save_network
from training.progress import Bars
from training.views.still_views import Features, split_at, still_views

FOLDS = 3
FINAL = "final"
COARSE = "coarse"  # the folder of the runs that others go on from
RECIPE_FILE = "recipe.json"
PHOTOS_FILE = "photos.sha256"
WATCHED = 100  # photos of a fold that its curve is drawn by
# The final network is watched by the smallest of so many parts, and fitted on all the others.
FINAL_PARTS = 20

# Gives an untrained network, of the split of this name, the weights that it begins with.
Begin = Callable[[keras.Model, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which photos of an album one run is fitted on, and which are of other senders."""

    name: str
    fitted: Ids
    held_out: Ids


def splits(album: Album) -> list[Split]:
    """Return the folds by sender and the final split; the published test photos are in none."""
    rest = np.flatnonzero(~album.is_test)
    senders = [album.senders[place] for place in rest]
    labels = [CATEGORIES[album.labels[place]] for place in rest]
    fold_of = group_folds(senders, labels, FOLDS)
    found = [
        Split(f"fold-{fold}", rest[fold_of != fold], rest[fold_of == fold]) for fold in range(FOLDS)
    ]
    part_of = group_folds(senders, labels, FINAL_PARTS)
    # A few senders took a tenth of all photos each; the smallest part is without them.
    held = part_of == np.bincount(part_of).argmin()
    return [*found, Split(FINAL, rest[~held], rest[held])]


def fit_all(
    config: FineTuneConfig,
    album: Album,
    studio: Part,
    folder: Path,
    bars: Bars,
    begin: Begin | None = None,
) -> list[Path]:
    """Fit the network of every split under `folder`; gives their runs, the final one last.

    What is fitted already is kept, what was interrupted goes on. Networks begin with the published
    ImageNet weights, unless `begin` gives others; those of the frozen blocks are one for all.

    Raises:
        BadRun: the folder holds runs of other settings.
        DatasetUnavailable: the published ImageNet weights are not installed.
    """
    begin = begin or _published(config)
    _same_recipe(config, album, folder)
    waiting = [part for part in splits(album) if not (folder / part.name / WEIGHTS_FILE).exists()]
    if waiting:
        start = build(config, len(CATEGORIES))
        begin(start, FINAL)
        early, _, _ = split_at(start, config.frozen_blocks)
        photos = _photo_views(early, config, album, folder, bars)
        chosen = _draw_articles(config, studio)
        articles = _article_views(early, config, chosen, folder, bars)
        for part in waiting:
            model = build(config, len(CATEGORIES))
            begin(model, part.name)
            data = _photo_set(config, album, part, photos, (chosen, articles), bars)
            run = folder / part.name
            fit_photos(model, data, config, run, bars(part.name))
            save_network(as_served(model, *config.served), run)
    return [folder / part.name for part in splits(album)]


def continue_from(folder: Path) -> Begin:
    """Begin each split's network with the weights of its run under `folder`."""

    def begin(model: keras.Model, name: str) -> None:
        model.set_weights(load_network(folder / name).get_weights())

    return begin


def _published(config: FineTuneConfig) -> Begin:
    return lambda model, _: load_published(model, LITES[config.lite])


def read_recipe(folder: Path) -> FineTuneConfig:
    """Read the settings of the runs under `folder`. Raises: BadRun."""
    try:
        told = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
        return FineTuneConfig.from_facts(told)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadRun(f"{folder / RECIPE_FILE} cannot be read: {error}") from error


def _same_recipe(config: FineTuneConfig, album: Album, folder: Path) -> None:
    """Make sure that a folder holds nothing that was made of other settings or photos."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe, photos = folder / RECIPE_FILE, folder / PHOTOS_FILE
    if recipe.exists():
        if read_recipe(folder) != config:
            raise BadRun(f"{folder} holds runs of other settings: choose another folder")
        # What is kept of a photo is found by its place, so another one there would pass for it.
        if not photos.exists() or photos.read_text(encoding="ascii") != album.digest():
            raise BadRun(f"{folder} holds runs on other photos: choose another folder")
        return
    photos.write_text(album.digest(), encoding="ascii")
    recipe.write_text(json.dumps(asdict(config), indent=2) + "\n", encoding="utf-8")


def _photo_views(
    early: keras.Model, config: FineTuneConfig, album: Album, folder: Path, bars: Bars
) -> Features:
    """Return the features of every photo's views; those of test photos are never looked at."""
    spec = with_room(photo_spec(config.height, config.width))
    file = folder / "photo-views.npy"
    framed = None if file.exists() else frame_all(album.paths, spec, bars("photos"))
    return still_views(
        early,
        framed,
        views=config.views,
        side=(config.height, config.width),
        ranges=config.ranges,
        seed=config.seed,
        file=file,
        progress=bars("views of photos"),
    )


def _draw_articles(config: FineTuneConfig, studio: Part) -> Part:
    """Draw the articles to learn from, of every label that a category of the photos holds."""
    rng = np.random.default_rng(config.seed)
    rows = np.flatnonzero(has_category(studio.labels))
    rows = rng.permutation(rows)[: config.articles]
    return Part(studio.images[rows], studio.labels[rows])


def _article_views(
    early: keras.Model, config: FineTuneConfig, chosen: Part, folder: Path, bars: Bars
) -> Features | None:
    if not config.articles:
        return None
    spec = with_room(photo_spec(config.height, config.width))
    file = folder / "article-views.npy"
    # Half of them on white, as the shop's photos were, half on black, as the data set has them.
    framed = None
    if not file.exists():
        framed = np.stack([show(one, i % 2 == 0, spec) for i, one in enumerate(chosen.images)])
    return still_views(
        early,
        framed,
        views=1,
        side=(config.height, config.width),
        ranges=config.ranges,
        seed=config.seed + 1,
        file=file,
        progress=bars("views of articles"),
    )


def _photo_set(
    config: FineTuneConfig,
    album: Album,
    part: Split,
    photos: Features,
    studio: tuple[Part, Features | None],
    bars: Bars,
) -> PhotoSet:
    watched = np.random.default_rng(config.seed).permutation(part.held_out)[:WATCHED]
    spec = photo_spec(*config.served)
    labels = album.labels[part.fitted]
    chosen, articles = studio
    return PhotoSet(
        photos=photos,
        rows=part.fitted,
        labels=labels,
        num_labels=len(CATEGORIES),
        watched=frame_all([album.paths[place] for place in watched], spec, bars("watched")),
        watched_labels=album.labels[watched],
        articles=articles,
        article_targets=shares(labels)[chosen.labels],
    )
