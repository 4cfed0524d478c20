"""A small folder of photos to train on, and a tiny network of the photo networks' kind."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageDraw

from embeddings.model.bundle import Bundle, InputSpec, Similarity
from embeddings.model.options import Options
from embeddings.model.rejection import EvidenceRejection
from training.bundle.bundling import Thresholds
from training.bundle.photo_bundle import write_photo_bundle
from training.bundle.photo_origin import CLOTHING_PHOTOS, PhotoOrigin, imagenet_start
from training.data.framed import photo_spec
from training.fit.history import Epoch
from training.judge.figure import Figure
from training.judge.judged import Judged
from training.judge.metrics import share
from training.networks.efficientnet_lite import LiteSpec
from training.networks.photo import build_photo_network
from training.onnx.garment_layers import register

TINY = LiteSpec("efficientnet-tiny", width=0.25, depth=0.3, side=48)  # seven narrow blocks
COLOURS = {"hats": (200, 40, 40), "socks": (40, 160, 60), "scarves": (50, 70, 200)}


def draw_shop(folder: Path, per_category: int = 12) -> Path:
    """Draw photos of garments of a colour a category, two of each product in its own folder."""
    rng = np.random.default_rng(5)
    for label, colour in COLOURS.items():
        for number in range(per_category):
            product = folder / label / f"{label}-{number // 2}"
            product.mkdir(parents=True, exist_ok=True)
            draw_garment(colour, rng).save(product / f"{number}.png")
    return folder


def draw_garment(colour: tuple[int, int, int], rng: np.random.Generator) -> Image.Image:
    """Draw something of about that colour on a light ground."""
    ground = tuple(int(part) for part in rng.integers(225, 256, 3))
    image = Image.new("RGB", (60, 72), ground)
    shade = tuple(int(np.clip(part + rng.integers(-15, 16), 0, 255)) for part in colour)
    left, top = rng.integers(2, 8, 2)
    ImageDraw.Draw(image).rectangle((left, top, left + 50, top + 60), fill=shade)
    return image


def tiny_photo_bundle(folder: Path) -> Bundle:
    """Write the bundle of a tiny network that was never trained, to train on from."""
    keras.utils.set_random_seed(0)
    model = build_photo_network(TINY, 3, height=48, width=48, embedding_dim=16)
    return write_start(folder, model, ("one", "two", "three"), photo_spec(48, 48))


NOTHING = Thresholds(1.0, Similarity(6, -3), EvidenceRejection(0, 1, 0, 1, 0.1, 0.2))


def write_start(
    folder: Path,
    model: keras.Model,
    labels: Sequence[str],
    spec: InputSpec,
    thresholds: Thresholds = NOTHING,
    options: Options | None = None,
) -> Bundle:
    """Write a network as a bundle whose figures, and thresholds unless given, say nothing."""
    register()
    return write_photo_bundle(
        folder,
        "tiny-photos",
        model,
        labels=labels,
        spec=spec,
        origin=PhotoOrigin(
            CLOTHING_PHOTOS,
            imagenet_start("efficientnet-lite0"),
            command="none",
            seed=0,
            config={},
            fitted_on=9,
            held_out=3,
        ),
        thresholds=thresholds,
        figures={"accuracy": Figure.of("accuracy", share(1, 3))},
        confusion=np.eye(len(labels), dtype=np.int64),
        confusion_of="Of nothing.",
        judged=Judged(np.array([0.9]), {"drawn": np.array([0.2])}, ("noise",)),
        history=[Epoch(1, 0.1, 1.0, 0.3, 1.0, 0.3)],
        probe=np.zeros((1, spec.height, spec.width, 3), dtype=np.uint8),
        options=options,
    )
