"""The categories of the garment network: one small tree, and what each data set calls them.

Data sets label at different depths: what is 'Shoes' to one is 'Heels' to another. A label is
therefore the set of leaves that it allows.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.datasets.fashion_mnist import LABELS

Allowed = npt.NDArray[np.bool_]  # (leaves,), or (n, leaves)

TREE: Mapping[str, tuple[str, ...]] = {
    "T-Shirt": (),
    "Polo": (),
    "Longsleeve": ("Longsleeve Tee", "Sweater", "Sweatshirt"),
    "Hoodie": (),
    "Shirt": (),
    "Blouse": (),
    "Top": (),
    "Undershirt": (),
    "Kurta": (),
    "Tunic": (),
    "Blazer": (),
    "Outwear": (),
    "Dress": (),
    "Skirt": (),
    "Pants": ("Trousers", "Jeans", "Track Pants", "Leggings"),
    "Shorts": (),
    "Body": (),
    "Underwear": (),
    "Socks": (),
    "Shoes": (
        "Casual Shoes",
        "Sports Shoes",
        "Formal Shoes",
        "Heels",
        "Flats",
        "Sandals",
        "Flip Flops",
    ),
    "Hat": (),
    "Scarf": (),
    "Tie": (),
    "Belt": (),
    "Bags": ("Handbag", "Clutch", "Backpack", "Other Bag"),
    "Wallet": (),
    "Watch": (),
    "Sunglasses": (),
    "Jewellery": (),
    "Perfume": (),
    "Gift Set": (),
}
"""Each category of the upper depth with its leaves; one without any is a leaf itself."""

LEAVES: tuple[str, ...] = tuple(
    leaf for parent, leaves in TREE.items() for leaf in (leaves or (parent,))
)
PARENT: Mapping[str, str] = {leaf: parent for parent, leaves in TREE.items() for leaf in leaves}

_ARTICLE_TYPES: Mapping[str, tuple[str, ...]] = {
    # The shop calls what has a collar, or long sleeves, a T-shirt as well.
    "Tshirts": ("T-Shirt", "Polo", "Longsleeve Tee"),
    "Shirts": ("Shirt",),
    "Tops": ("Top", "Blouse"),
    "Kurtas": ("Kurta",),
    "Kurta Sets": ("Kurta",),
    "Kurtis": ("Tunic",),
    "Tunics": ("Tunic",),
    "Sweaters": ("Sweater",),
    "Sweatshirts": ("Sweatshirt", "Hoodie"),
    "Jackets": ("Outwear",),
    "Shrug": ("Outwear", "Sweater"),
    "Waistcoat": ("Blazer",),
    "Dresses": ("Dress",),
    "Skirts": ("Skirt",),
    "Trousers": ("Trousers",),
    "Capris": ("Trousers",),
    "Jeans": ("Jeans",),
    "Track Pants": ("Track Pants",),
    "Tracksuits": ("Track Pants",),
    "Lounge Pants": ("Track Pants",),
    "Leggings": ("Leggings",),
    "Churidar": ("Leggings",),
    "Tights": ("Leggings",),
    "Stockings": ("Leggings",),
    "Shorts": ("Shorts",),
    "Lounge Shorts": ("Shorts",),
    "Briefs": ("Underwear",),
    "Trunk": ("Underwear",),
    "Boxers": ("Underwear",),
    "Bra": ("Underwear",),
    "Innerwear Vests": ("Undershirt",),
    "Socks": ("Socks",),
    "Casual Shoes": ("Casual Shoes",),
    "Sports Shoes": ("Sports Shoes",),
    "Formal Shoes": ("Formal Shoes",),
    "Heels": ("Heels",),
    "Flats": ("Flats",),
    "Sandals": ("Sandals",),
    "Sports Sandals": ("Sandals",),
    "Flip Flops": ("Flip Flops",),
    "Caps": ("Hat",),
    "Hat": ("Hat",),
    "Mufflers": ("Scarf",),
    "Scarves": ("Scarf",),
    "Stoles": ("Scarf",),
    "Dupatta": ("Scarf",),
    "Ties": ("Tie",),
    "Belts": ("Belt",),
    "Handbags": ("Handbag",),
    "Clutches": ("Clutch",),
    "Backpacks": ("Backpack",),
    "Rucksacks": ("Backpack",),
    "Laptop Bag": ("Other Bag",),
    "Messenger Bag": ("Other Bag",),
    "Duffel Bag": ("Other Bag",),
    "Waist Pouch": ("Other Bag",),
    "Mobile Pouch": ("Other Bag",),
    "Travel Accessory": ("Other Bag",),
    "Wallets": ("Wallet",),
    "Watches": ("Watch",),
    "Sunglasses": ("Sunglasses",),
    "Cufflinks": ("Jewellery",),
    "Necklace and Chains": ("Jewellery",),
    "Bracelet": ("Jewellery",),
    "Perfume and Body Mist": ("Perfume",),
    "Deodorant": ("Perfume",),
    "Fragrance Gift Set": ("Perfume",),
    "Accessory Gift Set": ("Gift Set",),
}

_ARTICLES: Mapping[str, tuple[str, ...]] = {
    "T-shirt/top": ("T-Shirt", "Polo", "Top", "Undershirt"),
    "Trouser": TREE["Pants"],
    "Pullover": (*TREE["Longsleeve"], "Hoodie"),
    "Dress": ("Dress", "Tunic"),
    "Coat": ("Outwear", "Blazer"),
    "Sandal": ("Sandals", "Heels", "Flip Flops", "Flats"),
    "Shirt": ("Shirt", "Blouse"),
    "Sneaker": ("Casual Shoes", "Sports Shoes"),
    "Bag": TREE["Bags"],
    "Ankle boot": ("Casual Shoes", "Formal Shoes", "Heels"),
}


# What those who labelled the clothing photos would call a shop's clothes and shoes: they knew no
# sweaters, and called a woman's top by its sleeves as often as not.
_AT_PHOTOS_DEPTH: Mapping[str, tuple[str, ...]] = {
    "Tshirts": ("T-Shirt", "Polo", "Longsleeve"),
    "Shirts": ("Shirt", "Blouse"),
    "Tops": ("Top", "Blouse", "T-Shirt", "Longsleeve", "Undershirt"),
    "Sweaters": ("Longsleeve", "Hoodie"),
    "Sweatshirts": ("Longsleeve", "Hoodie"),
    "Jackets": ("Outwear", "Blazer"),
    "Waistcoat": ("Blazer",),
    "Dresses": ("Dress",),
    "Skirts": ("Skirt",),
    **dict.fromkeys(
        ("Trousers", "Jeans", "Track Pants", "Lounge Pants", "Leggings", "Churidar"), ("Pants",)
    ),
    "Capris": ("Pants", "Shorts"),
    "Shorts": ("Shorts",),
    "Lounge Shorts": ("Shorts",),
    "Innerwear Vests": ("Undershirt", "Top"),
    "Caps": ("Hat",),
    "Hat": ("Hat",),
    **{
        name: ("Shoes",)
        for name, leaves in _ARTICLE_TYPES.items()
        if set(leaves) <= set(TREE["Shoes"])
    },
}


def at_photos_depth(article_type: str) -> npt.NDArray[np.bool_]:
    """Return the categories of the clothing photos `(17,)` that an article type may be called.

    None at all for what those photos do not show: bags, kurtas, underwear.
    """
    names = _AT_PHOTOS_DEPTH.get(article_type, ())
    return np.array([name in names for name in CATEGORIES], dtype=np.bool_)


def leaves_of(category: str) -> tuple[str, ...]:
    """Return the leaves under a category of either depth. Raises: KeyError."""
    return (category,) if category in LEAVES else TREE[category]


def allow(leaves: tuple[str, ...]) -> Allowed:
    """Turn names of leaves into a row; none at all says that the kind is not known."""
    row = np.zeros(len(LEAVES), dtype=np.bool_)
    row[[LEAVES.index(leaf) for leaf in leaves]] = True
    return row


def of_photo(label: str) -> Allowed:
    """Return the leaves that a label of the clothing photos allows; none for 'Not sure'."""
    return allow(leaves_of(label) if label in CATEGORIES else ())


def of_product(article_type: str, gender: str) -> Allowed:
    """Return the leaves that a shop's article type allows; none for one that is no garment."""
    if article_type == "Shirts" and gender in ("Women", "Girls"):
        return allow(("Shirt", "Blouse"))
    return allow(_ARTICLE_TYPES.get(article_type, ()))


def of_article(label: int) -> Allowed:
    """Return the leaves that a label of Fashion-MNIST allows."""
    return allow(_ARTICLES[LABELS[label]])
