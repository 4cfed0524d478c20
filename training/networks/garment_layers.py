"""The layers of the garment network that Keras does not have."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

# sRGB to CIE XYZ under D65, each row over the white of D65 (IEC 61966-2-1, CIE 15).
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
) / np.array([[0.95047], [1.0], [1.08883]])
# CIELAB's L*, a*, b* of the three cube roots.
TO_LAB = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
LAB_SHIFT = np.array([-16.0, 0.0, 0.0])
LINEAR_BELOW = 0.04045  # of sRGB's curve
STRAIGHT_BELOW = (6 / 29) ** 3  # of CIELAB's curve
STRAIGHT_SLOPE = (29 / 6) ** 2 / 3


def tone_centres() -> npt.NDArray[np.float64]:
    """Return the tones that colours are counted by: `(tones, 3)` in CIELAB.

    Greys of seven lightnesses, and twelve hues in two strengths at three lightnesses, as far as a
    screen can show them.
    """
    greys = [(light, 0.0, 0.0) for light in (5, 20, 35, 50, 65, 80, 96)]
    coloured = [
        (light, strength * np.cos(hue), strength * np.sin(hue))
        for light in (25, 50, 75)
        for strength in (22, 52)
        for hue in np.arange(12) * np.pi / 6
    ]
    return np.array(greys + [each for each in coloured if _can_be_shown(each)])


def _can_be_shown(lab: tuple[float, float, float], slack: float = 0.06) -> bool:
    roots = np.linalg.solve(TO_LAB, np.array(lab) - LAB_SHIFT)
    straight = STRAIGHT_BELOW + (roots - 6 / 29) / STRAIGHT_SLOPE
    xyz = np.where(roots > 6 / 29, roots**3, straight)
    rgb = np.linalg.solve(TO_XYZ, xyz)
    return bool((rgb > -slack).all() and (rgb < 1 + slack).all())


@keras.saving.register_keras_serializable(package="lookalike")
class ToneShares(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Shares each place's colour among the tones near it in CIELAB: `(n, h, w, 3)`, 0 to 255.

    Gives `(n, h / pool, w / pool, tones)`, each place summing to 1.
    """

    def __init__(self, pool: int, spread: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool, self.spread = pool, spread

    def call(self, images: Any) -> Any:
        """Average `pool` pixels each way, turn them into CIELAB, and share them out."""
        x = ops.average_pool(images / 255.0, self.pool, self.pool, padding="valid")
        low = ops.minimum(x - LINEAR_BELOW, 0.0) / 12.92
        x = ops.power((ops.maximum(x, LINEAR_BELOW) + 0.055) / 1.055, 2.4) + low
        x = ops.matmul(x, ops.convert_to_tensor(TO_XYZ.T.astype(np.float32)))
        low = ops.minimum(x - STRAIGHT_BELOW, 0.0) * STRAIGHT_SLOPE
        x = ops.power(ops.maximum(x, STRAIGHT_BELOW), 1 / 3) + low
        weights, bias = self.kernel()
        return ops.softmax(
            ops.matmul(x, ops.convert_to_tensor(weights)) + ops.convert_to_tensor(bias)
        )

    def kernel(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return what turns cube roots to minus half the squared distances, but for a constant."""
        centres = tone_centres()
        scale = 1 / self.spread**2
        weights = TO_LAB.T @ centres.T * scale
        bias = (centres @ LAB_SHIFT - (centres**2).sum(axis=1) / 2) * scale
        return weights.astype(np.float32), bias.astype(np.float32)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the shares."""
        n, height, width, _ = input_shape
        sides = (side // self.pool if side is not None else None for side in (height, width))
        return (n, *sides, len(tone_centres()))

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "pool": self.pool, "spread": self.spread}


@keras.saving.register_keras_serializable(package="lookalike")
class Moments(layers.Layer):  # type: ignore[misc]
    """Averages each channel and its square over squares of `pool` places: 2 c channels."""

    def __init__(self, pool: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool = pool

    def call(self, x: Any) -> Any:
        """Return `(n, h / pool, w / pool, 2 c)`: the averages, then those of the squares."""
        if self.pool == 1:
            return ops.concatenate([x, ops.square(x)], axis=-1)
        parts = [
            ops.average_pool(each, self.pool, self.pool, padding="valid")
            for each in (x, ops.square(x))
        ]
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the moments."""
        n, height, width, channels = input_shape
        sides = (side // self.pool if side is not None else None for side in (height, width))
        return (n, *sides, 2 * (channels or 0))

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "pool": self.pool}


@keras.saving.register_keras_serializable(package="lookalike")
class AttentivePool(layers.Layer):  # type: ignore[misc]
    """Averages channels over the places where the garment is: `[(n, h, w, 1), (n, h, w, c)]`."""

    def call(self, inputs: list[Any]) -> Any:
        """Weigh each place by its attention, 0 to 1; give `(n, c)`."""
        attention, x = inputs
        total = ops.sum(attention, axis=(1, 2)) + 1e-3
        return ops.sum(attention * x, axis=(1, 2)) / total

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> tuple[Any, ...]:
        """Return the shape of the averages."""
        return (input_shape[1][0], input_shape[1][-1])


@keras.saving.register_keras_serializable(package="lookalike")
class Spread(layers.Layer):  # type: ignore[misc]
    """Turns averages and averages of squares `(n, 2 c)` into averages and deviations."""

    def call(self, moments: Any) -> Any:
        """Return `(n, 2 c)`."""
        mean, square = ops.split(moments, 2, axis=-1)
        spread = ops.sqrt(ops.maximum(square - ops.square(mean), 0.0) + 1e-4)
        return ops.concatenate([mean, spread], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape, which stays."""
        return input_shape


@keras.saving.register_keras_serializable(package="lookalike")
class Root(layers.Layer):  # type: ignore[misc]
    """Takes the square root, after which shares compare as Hellinger's distance does."""

    def call(self, x: Any) -> Any:
        """Return the roots of numbers from 0 on."""
        return ops.sqrt(ops.maximum(x, 0.0) + 1e-6)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape, which stays."""
        return input_shape


@keras.saving.register_keras_serializable(package="lookalike")
class Halves(layers.Layer):  # type: ignore[misc]
    """Makes one unit vector of two: the first part weighs `weight`, the second the rest.

    The cosine of two such vectors is then `weight` times that of their first parts plus
    `1 - weight` times that of their second ones.
    """

    def __init__(self, first: int, weight: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first, self.weight = first, weight

    def call(self, x: Any) -> Any:
        """Return `(n, dim)`, each row of length 1."""
        parts = (x[:, : self.first], x[:, self.first :])
        shares = (self.weight, 1 - self.weight)
        return ops.concatenate(
            [ops.normalize(p, axis=-1) * s**0.5 for p, s in zip(parts, shares, strict=True)],
            axis=-1,
        )

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape, which stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "first": self.first, "weight": self.weight}


@keras.saving.register_keras_serializable(package="lookalike")
class PartOf(layers.Layer):  # type: ignore[misc]
    """Gives some of the numbers of a vector, times a factor."""

    def __init__(self, start: int, stop: int, factor: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start, self.stop, self.factor = start, stop, factor

    def call(self, x: Any) -> Any:
        """Return `(n, stop - start)`."""
        return x[:, self.start : self.stop] * self.factor

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the part."""
        return (input_shape[0], self.stop - self.start)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        told = {"start": self.start, "stop": self.stop, "factor": self.factor}
        return {**super().get_config(), **told}
