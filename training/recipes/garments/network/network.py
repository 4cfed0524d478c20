"""The garment network: several depths of EfficientNet-Lite under an attention, and two halves.

Early blocks see texture and tone, late ones the kind. Means and deviations of feature maps of
several depths tell what a garment looks like (https://arxiv.org/abs/1508.06576 tells why), shares
of tones in CIELAB tell its colours, and an attention says where in the picture it is.
"""

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from training.networks.efficientnet_lite import (
    HEAD_FILTERS,
    PIXEL_MEAN,
    PIXEL_SPREAD,
    STEM_FILTERS,
    LiteSpec,
    add_block,
    blocks_of,
    convolve,
    stage_ends,
)
from training.networks.garment_layers import (
    AttentivePool,
    Halves,
    Moments,
    PartOf,
    Root,
    Spread,
    ToneShares,
    tone_centres,
)
from training.networks.photo import CosineLogits
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES

STRIDE = 16  # pixels a place of the maps that the attention weighs
TEXTURE_STAGES = {1: 4, 2: 8}  # whose ends give textures, and how many pixels apart these lie
MIDDLE_STAGES = 5  # the end of the last of them gives the map that the attention is read from
EARLY_STAGES = (3, 5)  # behind whose ends a training may begin; what lies before stands still
TONE_SPREAD = 11.0  # CIELAB units
DIM = 256
KIND_DIM = 128  # the first numbers of an embedding tell the kind, the others the look
SCALE = 16.0  # of the cosines


@dataclass(frozen=True, slots=True)
class Early:
    """What the early part of the network gives of a picture."""

    ends: dict[int, Any]  # maps at the ends of `EARLY_STAGES`, where later blocks go on
    sides: Any  # (n, h / 16, w / 16, d), texture moments and tones

    @property
    def middle(self) -> Any:
        """The map that the attention is read from, `(n, h / 16, w / 16, c)`."""
        return self.ends[MIDDLE_STAGES]


def early_part(images: Any, spec: LiteSpec) -> Early:
    """Turn uint8 pixels `(n, h, w, 3)`, both sides multiples of 32, into maps."""
    scale = layers.Rescaling(1 / PIXEL_SPREAD, offset=-PIXEL_MEAN / PIXEL_SPREAD, name="rescale")
    x = convolve(scale(images), "stem", STEM_FILTERS, 3, stride=2)
    sides = []
    ends = {}
    textures = _texture_blocks(spec)
    stages = {stage_ends(spec)[stage - 1]: stage for stage in EARLY_STAGES}
    for number, block in enumerate(blocks_of(spec)[: _blocks_within(spec, MIDDLE_STAGES)]):
        x = add_block(x, block, f"block{number}")
        if number in textures:
            pool = STRIDE // textures[number]
            sides.append(Moments(pool, name=f"moments{number}")(x))
        if number in stages:
            ends[stages[number]] = x
    plain = layers.Rescaling(1.0, name="pixels")(images)
    tones = ToneShares(4, TONE_SPREAD, name="tones")(plain)
    sides.append(layers.AveragePooling2D(STRIDE // 4, name="tone_places")(tones))
    return Early(ends, layers.Concatenate(name="sides")(sides))


def pooled_part(early: Early, spec: LiteSpec, *, drop_path: float = 0.0) -> tuple[Any, Any]:
    """Turn the early maps into one vector `(n, features)` and the attention `(n, h, w, 1)`."""
    x = early.middle
    blocks = blocks_of(spec)
    for number, block in enumerate(blocks):
        if number >= _blocks_within(spec, MIDDLE_STAGES):
            x = add_block(x, block, f"block{number}", drop_path=drop_path * number / len(blocks))
    x = convolve(x, "head", HEAD_FILTERS, 1)
    attention = layers.Conv2D(
        1, 1, activation="sigmoid", kernel_initializer="zeros", name="attention"
    )(early.middle)
    pooled = AttentivePool(name="pool_sides")([attention, early.sides])
    vectors = [layers.GlobalAveragePooling2D(name="pool")(x)]
    start = 0
    for number in _texture_blocks(spec):
        stop = start + 2 * blocks[number].filters
        vectors.append(_spread(PartOf(start, stop, 1.0, name=f"texture{number}")(pooled), number))
        start = stop
    moments = Moments(1, name="trunk_moments")(early.middle)
    vectors.append(_spread(AttentivePool(name="pool_trunk")([attention, moments]), "trunk"))
    tones = PartOf(start, start + tone_count(), 1.0, name="garment_tones")(pooled)
    vectors += [tones, Root(name="tone_roots")(tones)]
    return layers.Concatenate(name="features")(vectors), attention


def _texture_blocks(spec: LiteSpec) -> dict[int, int]:
    """Return the blocks whose ends give textures, and how many pixels apart these lie."""
    ends = stage_ends(spec)
    return {ends[stage]: apart for stage, apart in TEXTURE_STAGES.items()}


def _blocks_within(spec: LiteSpec, stages: int) -> int:
    return stage_ends(spec)[stages - 1] + 1


def _spread(moments: Any, name: int | str) -> Any:
    return Spread(name=f"spread_{name}")(moments)


def head_part(
    features: Any,
    *,
    kind_weight: float,
    kind_scale: float = SCALE,
    dropout: float,
    look_dropout: float | None = None,
) -> dict[str, Any]:
    """Put the embedding, the kinds, the colours and the tones on pooled features.

    With `look_dropout` the look is told by features that are dropped by themselves.
    """
    x = layers.BatchNormalization(momentum=0.98, name="norm")(features)
    # Linear on purpose: after a ReLU no two embeddings could have a cosine below 0.
    dense = layers.Dense(DIM, name="embedding_raw")
    raw = dense(layers.Dropout(dropout, name="drop")(x))
    if look_dropout is not None:
        other = dense(layers.Dropout(look_dropout, name="drop_look")(x))
        parts = [
            PartOf(0, KIND_DIM, 1.0, name="raw_kind")(raw),
            PartOf(KIND_DIM, DIM, 1.0, name="raw_look")(other),
        ]
        raw = layers.Concatenate(name="raw")(parts)
    embedding = Halves(KIND_DIM, kind_weight, name="embedding")(raw)
    kind = PartOf(0, KIND_DIM, kind_weight**-0.5, name="kind")(embedding)
    look = PartOf(KIND_DIM, DIM, (1 - kind_weight) ** -0.5, name="look")(embedding)
    return {
        "embedding": embedding,
        "logits": CosineLogits(len(LEAVES), kind_scale, name="logits")(kind),
        "colour": CosineLogits(len(COLOURS), SCALE, name="colour")(look),
        "tones": CosineLogits(tone_count(), SCALE, name="tone_logits")(look),
    }


def tone_count() -> int:
    """Return the number of tones."""
    return len(tone_centres())


def build_garment_network(
    spec: LiteSpec,
    *,
    height: int | None = None,
    width: int | None = None,
    kind_weight: float = 0.5,
    kind_scale: float = SCALE,
    dropout: float = 0.1,
    drop_path: float = 0.0,
) -> keras.Model:
    """Build all of it: uint8 `(n, height, width, 3)` to embedding, logits, colour, tones."""
    images = keras.Input((height, width, 3), dtype="uint8", name="images")
    early = early_part(images, spec)
    features, attention = pooled_part(early, spec, drop_path=drop_path)
    outputs = head_part(features, kind_weight=kind_weight, kind_scale=kind_scale, dropout=dropout)
    return keras.Model(
        images,
        {
            **outputs,
            "attention": attention,
            "features": features,
            **{_end_of(stages): x for stages, x in early.ends.items()},
            "sides": early.sides,
        },
        name=f"garments-{spec.name}",
    )


def early_of(model: keras.Model, stages: int) -> keras.Model:
    """Return what stands still where `stages` do: pixels to `trunk`, the last map, and `sides`."""
    outputs = {"trunk": model.output[_end_of(stages)], "sides": model.output["sides"]}
    return keras.Model(model.input, outputs)


def late_of(model: keras.Model, stages: int) -> keras.Model:
    """Return what comes behind `stages` and takes `trunk` and `sides`; the layers are `model`'s."""
    inputs = [model.output[name] for name in (_end_of(stages), "sides")]
    names = ("embedding", "logits", "colour", "tones", "attention", "features")
    return keras.Model(inputs, {name: model.output[name] for name in names})


def served_of(model: keras.Model) -> keras.Model:
    """Return what serving needs: pixels to embedding, logits and colour."""
    names = ("logits", "embedding", "colour")
    return keras.Model(model.input, {name: model.output[name] for name in names}, name=model.name)


def freeze_early(model: keras.Model, spec: LiteSpec, stages: int) -> None:
    """Keep the stem, the blocks of the first stages and every convolution by channel as they are.

    The latter hold few weights, and with them a shop's categories and colours were told no better.
    """
    frozen = _blocks_within(spec, stages)
    for layer in model.layers:
        name = layer.name
        number = int(name[5:].split("_")[0]) if name.startswith("block") else frozen
        by_channel = isinstance(layer, layers.DepthwiseConv2D)
        layer.trainable = not (by_channel or name.startswith("stem") or number < frozen)


def _end_of(stages: int) -> str:
    return f"stage{stages}"
