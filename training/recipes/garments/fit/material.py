"""All that the runs learn from: pictures, and their views behind the blocks that stand still."""

from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import Part
from embeddings.types import Ids
from training.networks.convert_lite import load_published
from training.networks.efficientnet_lite import LITES
from training.networks.garment_layers import tone_centres
from training.progress import Bars
from training.recipes.garments.fit.portions import Portion
from training.recipes.garments.fit.recipe import Recipe, Step
from training.recipes.garments.fit.trunk_fit import Watched
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import of_article
from training.recipes.garments.network.network import build_garment_network, early_of
from training.recipes.garments.pictures.drawing import article_drawer, view_drawer
from training.recipes.garments.pictures.kept_views import KeptViews, ViewPlan, keep_views
from training.recipes.garments.pictures.samples import NEVER, Cuts, Samples

_WATCHED = 300

# What is sold on a dressed person, whose cover is all of the person.
_WORN = frozenset(
    (
        "Tshirts", "Shirts", "Tops", "Kurtas", "Kurta Sets", "Kurtis", "Tunics", "Sweaters",
        "Sweatshirts", "Jackets", "Dresses", "Skirts", "Trousers", "Capris", "Jeans",
        "Track Pants", "Lounge Pants", "Leggings", "Churidar", "Tights", "Stockings", "Shorts",
        "Lounge Shorts", "Tracksuits", "Waistcoat", "Shrug", "Briefs", "Trunk", "Bra",
        "Innerwear Vests", "Dupatta", "Stoles", "Sarees",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """The views of one step: of the pictures, and one of each article."""

    pictures: KeptViews
    articles: KeptViews


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The pictures, and under `folder` what was worked out of them."""

    recipe: Recipe
    samples: Samples
    cuts: Cuts
    studio: Part
    folder: Path
    bars: Bars
    _known: dict[tuple[int, ViewPlan], Views] = field(default_factory=dict)

    def views(self, step: Step) -> Views:
        """Work out every view of a step once; what is there already is taken.

        Steps that show the same views behind the same blocks share them.
        """
        shown = (step.behind, step.views)
        if shown not in self._known:
            name = f"behind-{step.behind}-views-{step.views.seed}"
            early = early_of(blank_network(self.recipe), step.behind)
            self._known[shown] = Views(
                keep_views(
                    early,
                    len(self.samples),
                    view_drawer(self.samples, self.cuts, step.views),
                    step.views,
                    self.samples.digest(),
                    self.folder / name / "pictures",
                    self.bars(f"{name} views of pictures"),
                ),
                keep_views(
                    early,
                    self.recipe.articles,
                    article_drawer(self.studio.images[self._articles], step.article_views),
                    step.article_views,
                    f"articles {self.recipe.articles}",
                    self.folder / name / "articles",
                    self.bars(f"{name} views of articles"),
                ),
            )
        return self._known[shown]

    @property
    def _articles(self) -> Ids:
        """The same articles in every step."""
        rows = np.random.default_rng(1).permutation(len(self.studio.images))
        return rows[: self.recipe.articles]

    @property
    def article_kinds(self) -> npt.NDArray[np.bool_]:
        """The leaves that each article may be: `(articles, leaves)`."""
        return np.array([of_article(int(label)) for label in self.studio.labels[self._articles]])

    def portions(self, views: Views, step: Step, fold: int | None) -> list[Portion]:
        """Return what an epoch of a step shows the network of a fold."""
        samples, cuts = self.samples, self.cuts
        learned = samples.learned(fold)
        products = learned[samples.is_product[learned]]
        photos = learned[~samples.is_product[learned]]
        whole = np.array([label not in _WORN for label in samples.labels]) | ~samples.is_product
        shown = (step.products, round(step.photos * len(photos)))
        found = [
            Portion(
                views.pictures, rows, each, samples.labels, samples.kinds, samples.colours,
                cuts.tones, whole,
            )
            for rows, each in zip((products, photos), shown, strict=True) if len(rows) and each
        ]  # fmt: skip
        articles = self.recipe.articles
        found.append(
            Portion(
                views.articles,
                np.arange(articles),
                step.articles,
                ["article"] * articles,
                self.article_kinds,
                np.zeros((articles, len(COLOURS)), dtype=np.bool_),
                np.zeros((articles, len(tone_centres())), dtype=np.float32),
                np.zeros(articles, dtype=np.bool_),
            )
        )
        return found

    def watched(self, views: Views, fold: int | None, *, of_shop: bool) -> Watched:
        """Choose some pictures that a run learns from, and some of other senders or shoots."""
        samples = self.samples
        mine = samples.is_product == of_shop
        if not mine.any():  # that data set is absent: the other stands for it
            mine = ~mine
        known = samples.kinds.any(axis=1) & mine
        learned = samples.learned(fold)
        learned = learned[known[learned]]
        held = np.setdiff1d(np.flatnonzero(known), samples.learned(fold))
        # The published test photos are looked at once, at the very end.
        held = held[samples.is_product[held] | (samples.folds[held] != NEVER)]
        rng = np.random.default_rng(0)
        chosen = [rng.permutation(rows)[:_WATCHED] for rows in (learned, held)]
        return Watched(views.pictures, samples.kinds, *chosen)


def blank_network(recipe: Recipe, *, served: bool = False) -> keras.Model:
    """Build the network with the published weights and a head untrained.

    It takes pictures of the views' size, or of the size that is served.
    """
    views = recipe.shop.views
    return _network(recipe, recipe.served if served else (views.height, views.width))


def network_of_any_size(recipe: Recipe) -> keras.Model:
    """Build the same for pictures of any size."""
    return _network(recipe, (None, None))


def _network(recipe: Recipe, size: tuple[int | None, int | None]) -> keras.Model:
    spec, (height, width) = LITES[recipe.lite], size
    model = build_garment_network(
        spec,
        height=height,
        width=width,
        kind_weight=recipe.head.kind_weight,
        drop_path=recipe.drop_path,
    )
    load_published(model, spec)
    return model
