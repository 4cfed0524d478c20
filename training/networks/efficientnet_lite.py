"""EfficientNet-Lite 0 to 2: the convolutions, without a head.

Tan, Le: EfficientNet, https://arxiv.org/abs/1905.11946. The Lite variants leave out squeeze-and-
excitation, use ReLU6, and do not scale the first and the last stage:
https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html
"""

import math
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.99
STEM_FILTERS = 32
HEAD_FILTERS = 1280
IMAGENET_LABELS = 1000
PIXEL_MEAN, PIXEL_SPREAD = 127.0, 128.0  # as the published weights were trained


@dataclass(frozen=True, slots=True)
class LiteSpec:
    """One of the published sizes."""

    name: str
    width: float  # multiplies the filters
    depth: float  # multiplies the repeats
    side: int  # pixels, at which the published weights were trained


@dataclass(frozen=True, slots=True)
class Block:
    """An inverted bottleneck: widen, convolve each channel, narrow."""

    kernel: int
    stride: int
    expansion: int
    filters_in: int
    filters: int

    @property
    def has_shortcut(self) -> bool:
        """Whether the input is added to the output."""
        return self.stride == 1 and self.filters_in == self.filters


LITE0 = LiteSpec("efficientnet-lite0", width=1.0, depth=1.0, side=224)
LITE1 = LiteSpec("efficientnet-lite1", width=1.0, depth=1.1, side=240)
LITE2 = LiteSpec("efficientnet-lite2", width=1.1, depth=1.2, side=260)
LITES = {spec.name: spec for spec in (LITE0, LITE1, LITE2)}

_STAGES = (  # repeats, kernel, stride, expansion, filters
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def blocks_of(spec: LiteSpec) -> list[Block]:
    """List the blocks of one size, from the picture to the head."""
    blocks = []
    filters_in = STEM_FILTERS
    for number, (repeats, kernel, stride, expansion, filters) in enumerate(_STAGES):
        filters_out = _to_multiple_of_8(filters * spec.width)
        for repeat in range(_repeats(number, repeats, spec)):
            first = repeat == 0
            blocks.append(Block(kernel, stride if first else 1, expansion, filters_in, filters_out))
            filters_in = filters_out
    return blocks


def stage_ends(spec: LiteSpec) -> list[int]:
    """Return the place of the last block of each of the seven stages."""
    repeats = [_repeats(number, each[0], spec) for number, each in enumerate(_STAGES)]
    return [sum(repeats[: number + 1]) - 1 for number in range(len(repeats))]


def features(images: Any, spec: LiteSpec, *, folded: bool = True, drop_path: float = 0.0) -> Any:
    """Turn pixels `(n, h, w, 3)`, 0 to 255, into `(n, h / 32, w / 32, 1280)`, 0 to 6.

    `folded` builds convolutions with a bias in place of those with a batch normalisation: once the
    running statistics stand still both compute the same, and a training step takes half the time.
    With `drop_path` a block with a shortcut is left out of a training step with a probability that
    grows with depth up to it (https://arxiv.org/abs/1603.09382).
    """
    scale = layers.Rescaling(1 / PIXEL_SPREAD, offset=-PIXEL_MEAN / PIXEL_SPREAD, name="rescale")
    x = convolve(scale(images), "stem", STEM_FILTERS, 3, stride=2, folded=folded)
    blocks = blocks_of(spec)
    for number, block in enumerate(blocks):
        name, drop = f"block{number}", drop_path * number / len(blocks)
        x = add_block(x, block, name, folded=folded, drop_path=drop)
    return convolve(x, "head", HEAD_FILTERS, 1, folded=folded)


def build_classifier(spec: LiteSpec, *, folded: bool = True) -> keras.Model:
    """Build the published network, to check converted weights: pixels to logits."""
    images = keras.Input((None, None, 3), name="images")
    x = layers.GlobalAveragePooling2D(name="pool")(features(images, spec, folded=folded))
    return keras.Model(
        images, layers.Dense(IMAGENET_LABELS, name="imagenet_logits")(x), name=spec.name
    )


def add_block(
    x: Any, block: Block, name: str, *, folded: bool = True, drop_path: float = 0.0
) -> Any:
    """Put one block on `(n, h, w, filters_in)`."""
    shortcut = x
    if block.expansion != 1:
        widened = block.filters_in * block.expansion
        x = convolve(x, f"{name}_expand", widened, 1, folded=folded)
    x = convolve(x, f"{name}_depthwise", None, block.kernel, stride=block.stride, folded=folded)
    x = convolve(x, f"{name}_project", block.filters, 1, folded=folded, active=False)
    if not block.has_shortcut:
        return x
    if drop_path:
        # One draw a picture: the whole block is there or not.
        x = layers.Dropout(drop_path, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(x)
    return layers.Add(name=f"{name}_add")([x, shortcut])


def convolve(
    x: Any,
    name: str,
    filters: int | None,
    kernel: int,
    *,
    folded: bool = True,
    stride: int = 1,
    active: bool = True,
) -> Any:
    """Convolve and cut off; without a number of filters each channel has a kernel of its own."""
    shared = {"strides": stride, "padding": "same", "use_bias": folded, "name": f"{name}_conv"}
    # Keeps the signal's strength, also where no normalisation would restore it.
    start = keras.initializers.VarianceScaling(2.0, mode="fan_out")
    if filters is None:
        x = layers.DepthwiseConv2D(kernel, depthwise_initializer=start, **shared)(x)
    else:
        x = layers.Conv2D(filters, kernel, kernel_initializer=start, **shared)(x)
    if not folded:
        norm = layers.BatchNormalization(
            epsilon=NORM_EPSILON, momentum=NORM_MOMENTUM, name=f"{name}_norm"
        )
        x = norm(x)
    return layers.ReLU(max_value=6, name=f"{name}_relu")(x) if active else x


def _repeats(stage: int, repeats: int, spec: LiteSpec) -> int:
    """Return how often a stage's block is there: the first and the last stage are not scaled."""
    scaled = stage not in (0, len(_STAGES) - 1)
    return math.ceil(repeats * spec.depth) if scaled else repeats


def _to_multiple_of_8(filters: float) -> int:
    """Round as the paper's authors did: to a multiple of 8, never below nine tenths."""
    rounded = max(8, int(filters + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * filters else rounded + 8
