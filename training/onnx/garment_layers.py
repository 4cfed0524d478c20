"""How the layers of the garment network are said in ONNX."""

# ruff: noqa: ARG001 -- every rule takes the same three arguments, needed or not

from typing import Any

import numpy as np
import numpy.typing as npt
from keras import layers

from training.networks.garment_layers import (
    LINEAR_BELOW,
    STRAIGHT_BELOW,
    STRAIGHT_SLOPE,
    TO_XYZ,
    AttentivePool,
    Halves,
    Moments,
    PartOf,
    Root,
    Spread,
    ToneShares,
)
from training.onnx.graph import Graph, Tensor
from training.onnx.layers import CONVERTERS


def convert_tone_shares(graph: Graph, layer: ToneShares, inputs: list[Tensor]) -> Tensor:
    """Average, turn into CIELAB's cube roots, and share out by a softmax."""
    small = _average(graph, graph.channels_first(inputs[0]), layer.pool)
    x = _times(graph, graph.channels_last(small), 1 / 255)
    x = _bent(graph, x, LINEAR_BELOW, 1 / 1.055, 0.055 / 1.055, 2.4, 1 / 12.92)
    x = graph.add("MatMul", [x.name, graph.weight(TO_XYZ.T)])
    x = _bent(graph, x, STRAIGHT_BELOW, 1.0, 0.0, 1 / 3, STRAIGHT_SLOPE)
    weights, bias = layer.kernel()
    near = graph.add("MatMul", [x.name, graph.weight(weights)])
    near = graph.add("Add", [near.name, graph.weight(bias)])
    return graph.add("Softmax", [near.name], axis=-1)


def convert_average_pooling(
    graph: Graph, layer: layers.AveragePooling2D, inputs: list[Tensor]
) -> Tensor:
    """Average squares that do not overlap."""
    return _average(graph, graph.channels_first(inputs[0]), layer.pool_size[0])


def convert_concatenate(graph: Graph, layer: layers.Concatenate, inputs: list[Tensor]) -> Tensor:
    """Put channels behind each other."""
    if len(layer.output.shape) == 2:
        return graph.add("Concat", [each.name for each in inputs], axis=1)
    turned = [graph.channels_first(each).name for each in inputs]
    return graph.add("Concat", turned, channels_first=True, axis=1)


def convert_moments(graph: Graph, layer: Moments, inputs: list[Tensor]) -> Tensor:
    """Average each channel and its square."""
    x = graph.channels_first(inputs[0])
    square = graph.add("Mul", [x.name, x.name], channels_first=True)
    parts = [x, square]
    if layer.pool > 1:
        parts = [_average(graph, each, layer.pool) for each in parts]
    return graph.add("Concat", [each.name for each in parts], channels_first=True, axis=1)


def convert_attentive_pool(graph: Graph, layer: AttentivePool, inputs: list[Tensor]) -> Tensor:
    """Weigh each place, and divide by the weights' sum."""
    attention, x = (graph.channels_first(each) for each in inputs)
    weighed = graph.add("Mul", [attention.name, x.name], channels_first=True)
    axes = graph.weight(np.array([2, 3], dtype=np.int64))
    summed = graph.add("ReduceSum", [weighed.name, axes], keepdims=0)
    weights = graph.add("ReduceSum", [attention.name, axes], keepdims=0)
    above = graph.add("Add", [weights.name, graph.weight(np.array([1e-3]))])
    return graph.add("Div", [summed.name, above.name])


def convert_spread(graph: Graph, layer: Spread, inputs: list[Tensor]) -> Tensor:
    """Take deviations out of averages and averages of squares."""
    width = layer.output.shape[-1] // 2
    mean = _part(graph, inputs[0], 0, width)
    square = _part(graph, inputs[0], width, 2 * width)
    of_mean = graph.add("Mul", [mean.name, mean.name])
    variance = graph.add("Sub", [square.name, of_mean.name])
    spread = _root(graph, variance, 1e-4)
    return graph.add("Concat", [mean.name, spread.name], axis=1)


def convert_root(graph: Graph, layer: Root, inputs: list[Tensor]) -> Tensor:
    """Take the square root."""
    return _root(graph, inputs[0], 1e-6)


def convert_part_of(graph: Graph, layer: PartOf, inputs: list[Tensor]) -> Tensor:
    """Cut some numbers out, times a factor."""
    part = _part(graph, inputs[0], layer.start, layer.stop)
    return part if layer.factor == 1.0 else _times(graph, part, layer.factor)


def convert_halves(graph: Graph, layer: Halves, inputs: list[Tensor]) -> Tensor:
    """Bring each part to its length, and put them behind each other."""
    sides = (
        (0, layer.first, layer.weight),
        (layer.first, layer.output.shape[-1], 1 - layer.weight),
    )
    parts = []
    for start, stop, weight in sides:
        part = _part(graph, inputs[0], start, stop)
        length = graph.add("ReduceL2", [part.name], axes=[-1], keepdims=1)
        above = graph.add("Max", [length.name, graph.weight(np.array([1e-12]))])
        unit = graph.add("Div", [part.name, above.name])
        parts.append(_times(graph, unit, weight**0.5).name)
    return graph.add("Concat", parts, axis=1)


def _average(graph: Graph, x: Tensor, pool: int) -> Tensor:
    sides = [pool, pool]
    return graph.add(
        "AveragePool", [x.name], channels_first=True, kernel_shape=sides, strides=sides
    )


def _times(graph: Graph, x: Tensor, factor: float) -> Tensor:
    return graph.add("Mul", [x.name, graph.weight(np.array([factor]))], x.channels_first)


def _bent(
    graph: Graph, x: Tensor, below: float, scale: float, shift: float, power: float, slope: float
) -> Tensor:
    """Apply `(scale * x + shift) ** power` from `below` on, and a line of this slope before."""
    edge = graph.weight(np.array([below]))
    over = graph.add("Max", [x.name, edge])
    base = _times(graph, over, scale)
    base = graph.add("Add", [base.name, graph.weight(np.array([shift]))])
    curve = graph.add("Pow", [base.name, graph.weight(np.array([power]))])
    under = graph.add("Sub", [x.name, over.name])
    line = _times(graph, under, slope)
    return graph.add("Add", [curve.name, line.name])


def _part(graph: Graph, x: Tensor, start: int, stop: int) -> Tensor:
    bounds: list[npt.NDArray[np.int64]] = [np.array([each]) for each in (start, stop, 1)]
    return graph.add("Slice", [x.name, *(graph.weight(each) for each in bounds)])


def _root(graph: Graph, x: Tensor, least: float) -> Tensor:
    over = graph.add("Max", [x.name, graph.weight(np.array([0.0]))])
    moved = graph.add("Add", [over.name, graph.weight(np.array([least]))])
    return graph.add("Sqrt", [moved.name])


RULES: dict[type[Any], Any] = {
    layers.AveragePooling2D: convert_average_pooling,
    layers.Concatenate: convert_concatenate,
    AttentivePool: convert_attentive_pool,
    Halves: convert_halves,
    Moments: convert_moments,
    PartOf: convert_part_of,
    Root: convert_root,
    Spread: convert_spread,
    ToneShares: convert_tone_shares,
}


def register() -> None:
    """Let the exporter know these layers."""
    CONVERTERS.update(RULES)
