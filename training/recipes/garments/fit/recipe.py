"""How the garment bundle is made: late blocks on a shop's photos, then on all, then the head."""

from dataclasses import dataclass, field

from training.recipes.garments.fit.head_fit import HeadConfig
from training.recipes.garments.fit.trunk_fit import TrunkConfig
from training.recipes.garments.pictures.kept_views import ViewPlan


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, apart from the pictures."""

    lite: str = "efficientnet-lite2"
    served: tuple[int, int] = (256, 192)  # larger than trained on: views show things larger
    drop_path: float = 0.1
    views: ViewPlan = field(default_factory=lambda: ViewPlan(views=4))
    article_views: ViewPlan = field(default_factory=lambda: ViewPlan(views=1, seed=1))
    articles: int = 4000
    # First on product photos and articles alone, which no fold of senders is judged by: once for
    # all networks. Then each goes on with the photos of its senders among them.
    shop: TrunkConfig = field(default_factory=lambda: TrunkConfig(epochs=6))
    mixed: TrunkConfig = field(
        default_factory=lambda: TrunkConfig(epochs=6, learning_rate=3e-4, seed=1)
    )
    shop_products: int = 6000  # shown in an epoch
    shop_articles: int = 800
    mixed_products: int = 3000
    mixed_articles: int = 600
    mixed_photos: float = 1.5  # of the photos to learn from
    head: HeadConfig = field(default_factory=HeadConfig)


RECIPE = Recipe()
