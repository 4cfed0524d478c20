"""How the garment bundle is made: late blocks, then earlier ones too, then the head."""

from dataclasses import dataclass, field, replace

from training.recipes.garments.fit.head_fit import HeadConfig
from training.recipes.garments.fit.portions import TrunkConfig
from training.recipes.garments.pictures.kept_views import ViewPlan


@dataclass(frozen=True, slots=True)
class Step:
    """One training of blocks: which, on what, and how much of it in an epoch."""

    fit: TrunkConfig
    behind: int  # stages that stand still
    views: ViewPlan = field(default_factory=ViewPlan)
    products: int = 0  # shown in an epoch
    articles: int = 0
    photos: float = 0.0  # of the photos to learn from

    @property
    def article_views(self) -> ViewPlan:
        """The views of articles: there are many of them, so one of each will do."""
        return replace(self.views, views=1, seed=self.views.seed + 1)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, apart from the pictures."""

    lite: str = "efficientnet-lite2"
    served: tuple[int, int] = (256, 192)  # larger than trained on: views show things larger
    drop_path: float = 0.1
    articles: int = 4000
    # First on product photos and articles alone, which no fold of senders is judged by: once for
    # all networks. Then each goes on with the photos of its senders among them, and at last
    # deeper, since other people's photos are what is told apart worst.
    shop: Step = field(
        default_factory=lambda: Step(TrunkConfig(epochs=6), behind=5, products=6000, articles=800)
    )
    late: Step = field(
        default_factory=lambda: Step(
            TrunkConfig(epochs=6, learning_rate=3e-4, seed=1),
            behind=5,
            products=3000,
            articles=600,
            photos=1.5,
        )
    )
    deep: Step = field(
        default_factory=lambda: Step(
            TrunkConfig(epochs=6, learning_rate=3e-4, smoothing=0.1, blended=0.2, seed=2),
            behind=3,
            views=ViewPlan(seed=2),
            products=2500,
            articles=400,
            photos=2.0,
        )
    )
    head: HeadConfig = field(default_factory=HeadConfig)


RECIPE = Recipe()
